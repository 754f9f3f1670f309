package dev.segue.change;

import org.jspecify.annotations.Nullable;

/// The Redis server whose data changes, or any node of the cluster.
///
/// @param database its number; always 0 on a cluster
/// @param user null: the default user
/// @param password null: none
public record RedisTarget(
    String host,
    int port,
    int database,
    boolean tls,
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

  /// Without anything secret, for people: `redis://host:6379/0`.
  public String shown() {
    return "%s://%s:%d/%d".formatted(tls ? "rediss" : "redis", host, port, database);
  }
}
