package dev.segue.change;

import org.jspecify.annotations.Nullable;

/// The Redis server whose data changes, or any node of the cluster.
///
/// @param database its number; always 0 on a cluster
/// @param tls null: not encrypted
/// @param user null: the default user
/// @param password null: none
public record RedisTarget(
    String host,
    int port,
    int database,
    @Nullable RedisTls tls,
    @Nullable String user,
    @Nullable Secret password,
    Layout layout) {

  /// How its keys are spread.
  public enum Layout {
    /// Asked of the server.
    AUTO,
    SINGLE,
    CLUSTER
  }

  /// Reads a URL as redis-cli writes it, with its password.
  ///
  /// @param what what the text is called where it comes from, for the message; the text itself may
  ///   hold a password and is never repeated
  /// @throws SegueException USER `redis-url`
  public static RedisTarget parse(String what, String text) {
    try {
      return RedisUrlParser.parse(text);
    } catch (Misfit e) {
      throw new SegueException(
          SegueException.Kind.USER, "redis-url", what + " " + e.why(), null, e);
    }
  }

  /// Another database of the same server.
  public RedisTarget withDatabase(int number) {
    return new RedisTarget(host, port, number, tls, user, password, layout);
  }

  /// @param files that go with a URL of `rediss://`
  /// @throws SegueException USER `redis-url` when it is not one
  public RedisTarget with(RedisTls files) {
    if (tls == null && !files.equals(RedisTls.USUAL)) {
      throw new SegueException(
          SegueException.Kind.USER,
          "redis-url",
          shown() + " is not encrypted: there is nobody to show a certificate to",
          "Write rediss:// and the port that speaks TLS.");
    }
    return tls == null
        ? this
        : new RedisTarget(host, port, database, files, user, password, layout);
  }

  /// Without anything secret, for people: `redis://host:6379/0`.
  public String shown() {
    return "%s://%s:%d/%d".formatted(tls == null ? "redis" : "rediss", host, port, database);
  }
}
