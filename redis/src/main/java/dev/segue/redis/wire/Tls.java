package dev.segue.redis.wire;

import dev.segue.change.RedisTarget;
import dev.segue.change.RedisTls;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/// Encrypted connections. The server's certificate and the name in it are always checked.
public final class Tls {

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

  /// How the library wants certificates, in memory only, where a password protects nothing: not of
  /// the kind that takes a tenth of a second to open.
  private static final String KIND = "JKS";

  private static final char[] PASSWORD = "segue".toCharArray();

  private Tls() {}

  /// @throws SegueException USER `redis-certificate-file`
  public static void secure(DefaultJedisClientConfig.Builder config, RedisTarget target) {
    RedisTls tls = target.tls();
    if (tls != null) {
      config.sslOptions(options(tls));
    }
  }

  private static SslOptions options(RedisTls tls) {
    SslOptions.Builder options = SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL);
    try {
      if (tls.authorities() != null) {
        options.trustStoreType(KIND).truststore(trusted(certificates(tls.authorities())), PASSWORD);
      }
      if (tls.certificate() != null && tls.key() != null) {
        options
            .keyStoreType(KIND)
            .keystore(own(certificates(tls.certificate()), tls.key()), PASSWORD);
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e); // nothing of it depends on the files
    }
    return options.build();
  }

  private static SslOptions.Resource trusted(List<Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    for (Certificate authority : authorities) {
      store.setCertificateEntry(Integer.toString(store.size()), authority);
    }
    return resource(store);
  }

  private static SslOptions.Resource own(List<Certificate> chain, Path keyFile)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    PrivateKey key = key(keyFile, chain.getFirst().getPublicKey().getAlgorithm());
    store.setKeyEntry("own", key, PASSWORD, chain.toArray(Certificate[]::new));
    return resource(store);
  }

  private static SslOptions.Resource resource(KeyStore store)
      throws GeneralSecurityException, IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, PASSWORD);
    return () -> new ByteArrayInputStream(bytes.toByteArray());
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KIND);
    store.load(null, null);
    return store;
  }

  private static List<Certificate> certificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<Certificate> found =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (found.isEmpty()) {
        throw unusable(file, "holds no certificate", null);
      }
      return found;
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(file, "cannot be read as certificates: " + e.getMessage(), e);
    }
  }

  private static PrivateKey key(Path file, String algorithm) {
    try {
      Matcher pem = PKCS8.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      if (!pem.find()) {
        throw unusable(file, "holds no key in PKCS #8 without a password", null);
      }
      byte[] bytes = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(file, "cannot be read as the key of the certificate", e);
    }
  }

  private static SegueException unusable(Path file, String why, @Nullable Exception cause) {
    return new SegueException(
        Kind.USER,
        "redis-certificate-file",
        file + " " + why,
        "ca-file and cert-file are PEM, -----BEGIN CERTIFICATE-----; of another key-file,"
            + " openssl pkcs8 -topk8 -nocrypt makes the right one.",
        cause);
  }
}
