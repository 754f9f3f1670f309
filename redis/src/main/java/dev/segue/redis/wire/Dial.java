package dev.segue.redis.wire;

import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/// Opens connections, and says why where none comes about: at the wrong one of two ports a server
/// says nothing, or just hangs up.
final class Dial implements JedisSocketFactory {

  static final int CONNECT_MILLIS = 5_000;

  private static final int LOOK_MILLIS = 1_000;

  /// The alerts by which servers turn down who shows no certificate, or the wrong one.
  private static final Pattern ABOUT_US =
      Pattern.compile("alert: (\\w*certificate\\w*|unknown_ca|handshake_failure)");

  private static final String HUNG_UP = "it hangs up in the handshake";

  private final RedisTarget target;
  private final HostAndPort at;
  private final int answerMillis;
  private boolean reached;

  Dial(RedisTarget target, HostAndPort at, int answerMillis) {
    this.target = target;
    this.at = at;
    this.answerMillis = answerMillis;
  }

  @Override
  public Socket createSocket() {
    Socket socket = connected(CONNECT_MILLIS);
    try {
      socket.setSoTimeout(answerMillis);
      return socket;
    } catch (IOException e) {
      throw new JedisConnectionException(e);
    }
  }

  private Socket connected(int patience) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(CONNECT_MILLIS)
            .socketTimeoutMillis(patience);
    Tls.secure(config, target);
    Socket socket = new DefaultJedisSocketFactory(at, config.build()).createSocket();
    reached = true;
    try {
      if (socket instanceof SSLSocket encrypted) {
        encrypted.startHandshake();
      }
      return socket;
    } catch (IOException e) {
      closeQuietly(socket);
      throw new JedisConnectionException(e);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nobody needs it any more.
    }
  }

  /// @param e what the first words over a connection ended with
  SegueException why(RuntimeException e) {
    if (!reached || !(e instanceof JedisConnectionException)) {
      return Trouble.of(target, e);
    }
    if (target.tls() == null) {
      return encrypted() ? TlsTrouble.encrypted(target, e) : Trouble.of(target, e);
    }
    CertificateException doubt = doubt(e);
    if (doubt != null) {
      return TlsTrouble.certificate(target, at, doubt);
    }
    if (plain()) {
      return TlsTrouble.plain(target, e);
    }
    String refusal = refusal();
    return refusal == null ? Trouble.of(target, e) : TlsTrouble.stranger(target, refusal, e);
  }

  /// About the server's certificate.
  private static @Nullable CertificateException doubt(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException found) {
        return found;
      }
    }
    return null;
  }

  /// Whether it answers to what is not encrypted.
  private boolean plain() {
    try (Socket socket = raw()) {
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      int first = socket.getInputStream().read();
      return first == '+' || first == '-';
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether it has a certificate to show, whichever.
  private boolean encrypted() {
    try (Socket socket = raw();
        Socket over =
            ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(socket, at.getHost(), at.getPort(), true)) {
      ((SSLSocket) over).startHandshake();
      return true;
    } catch (IOException e) {
      return doubt(e) != null;
    }
  }

  private Socket raw() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(at.getHost(), at.getPort()), LOOK_MILLIS);
      socket.setSoTimeout(LOOK_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// What it has against us: it says so after its handshake, to who listens before he speaks. Its
  /// last words may be lost when it hangs up.
  private @Nullable String refusal() {
    Socket socket;
    try {
      socket = connected(LOOK_MILLIS);
    } catch (JedisConnectionException e) {
      return e.getCause() instanceof SSLException told ? words(told) : encrypted() ? HUNG_UP : null;
    }
    try (socket) {
      return socket.getInputStream().read() < 0 ? HUNG_UP : null;
    } catch (SSLException e) {
      return words(e);
    } catch (SocketTimeoutException e) {
      return null;
    } catch (IOException e) {
      return HUNG_UP;
    }
  }

  private static @Nullable String words(SSLException e) {
    String said = String.valueOf(e.getMessage());
    return ABOUT_US.matcher(said).find() ? said : null;
  }
}
