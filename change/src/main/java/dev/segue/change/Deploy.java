package dev.segue.change;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How the new version takes the old one's place.
///
/// @param newVersion the change file's `new`
/// @param oldVersion the change file's `old`
/// @param drain how long requests in flight may take to end before the step gives up
/// @param deadMan after the switch the router goes back to the old version by itself when the
///   conductor has not been heard for this long
public record Deploy(
    Strategy strategy,
    Router router,
    AppVersion oldVersion,
    AppVersion newVersion,
    HealthCheck health,
    Duration drain,
    Duration deadMan) {

  /// The order in which versions come and go.
  public enum Strategy {
    BLUE_GREEN
  }

  /// What stands before the versions and decides which one gets a request.
  public sealed interface Router {
    /// Segue's own proxy process.
    ///
    /// @param listen the port users come to
    /// @param host the address it binds to (default 127.0.0.1)
    record Proxy(String host, int listen) implements Router {}
  }

  /// When a new instance counts as up.
  ///
  /// @param expect condition over the JSON it answers with; null: any 2xx answer
  /// @param rise how many healthy answers in a row make it up
  public record HealthCheck(
      String path, Duration every, Duration within, int rise, @Nullable Expression expect) {}
}
