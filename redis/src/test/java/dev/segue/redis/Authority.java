package dev.segue.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A certificate authority of a test's own, made by the JDK's keytool.
final class Authority {

  private static final String PASSWORD = "secret";

  private final Path directory;
  private final String name;

  /// @param name of the file with its certificate, without `.crt`
  Authority(Path directory, String name) {
    this.directory = directory;
    this.name = name;
    keytool(name, "-ext", "bc:c");
    write(name);
  }

  /// Writes NAME.crt and NAME.key.
  ///
  /// @param names for which the certificate is good: `ip:127.0.0.1`, `dns:localhost`
  void sign(String holder, String names) {
    keytool(holder, "-signer", name, "-ext", "san=" + names);
    write(holder);
  }

  private Path store() {
    return directory.resolve(name + ".p12");
  }

  private void keytool(String holder, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store().toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                holder,
                "-dname",
                "CN=" + holder,
                "-keyalg",
                "EC",
                "-validity",
                "2"));
    command.addAll(List.of(more));
    try {
      Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (tool.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(String holder) {
    try {
      KeyStore store = KeyStore.getInstance(store().toFile(), PASSWORD.toCharArray());
      Certificate certificate = store.getCertificate(holder);
      Key key = store.getKey(holder, PASSWORD.toCharArray());
      pem(holder + ".crt", "CERTIFICATE", certificate.getEncoded());
      pem(holder + ".key", "PRIVATE KEY", key.getEncoded());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void pem(String file, String kind, byte[] bytes) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, base64, kind));
  }
}
