package dev.segue.redis.wire;

import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.security.cert.CertificateException;
import redis.clients.jedis.HostAndPort;

/// Why there is no encrypted connection, by name.
final class TlsTrouble {

  private TlsTrouble() {}

  static SegueException certificate(
      RedisTarget target, HostAndPort at, CertificateException doubt) {
    String said = String.valueOf(doubt.getMessage());
    if (said.contains("subject alternative") || said.startsWith("No name matching")) {
      return user(
          "redis-host-name",
          "The certificate of %s is not for %s: %s".formatted(target.shown(), at.getHost(), said),
          "Write the name that is in the certificate into redis.url; a cluster announces it by"
              + " cluster-announce-hostname.",
          doubt);
    }
    return user(
        "redis-certificate",
        "The certificate of %s is not trusted: %s".formatted(target.shown(), said),
        "Name the certificate of the authority that signed it in redis.ca-file, or have it renewed if"
            + " its time is over.",
        doubt);
  }

  /// It may pass by itself: a proxy whose server is away hangs up as well.
  ///
  /// @param refusal in the server's words
  static SegueException stranger(RedisTarget target, String refusal, Throwable cause) {
    return user(
        "redis-client-certificate",
        "%s does not take our certificate: %s".formatted(target.shown(), refusal),
        "Name one that its tls-ca-cert-file vouches for in redis.cert-file and redis.key-file.",
        cause);
  }

  static SegueException plain(RedisTarget target, Throwable cause) {
    return user(
        "redis-not-encrypted",
        target.shown() + " does not speak TLS at this port",
        "Write the server's tls-port, or redis:// in place of rediss://.",
        cause);
  }

  static SegueException encrypted(RedisTarget target, Throwable cause) {
    return user(
        "redis-encrypted",
        target.shown() + " speaks TLS at this port",
        "Write rediss:// in place of redis://.",
        cause);
  }

  private static SegueException user(String code, String what, String remedy, Throwable cause) {
    return new SegueException(Kind.USER, code, what, remedy, cause);
  }
}
