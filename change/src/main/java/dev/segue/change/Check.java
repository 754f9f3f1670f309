package dev.segue.change;

import java.time.Duration;

/// A smoke test after the switch.
public sealed interface Check {

  /// A GET through the router, or of a whole URL. Variables: `status`, `time`, `body`, `json`.
  record Http(String get, Expression expect, Duration within) implements Check {}

  /// A query's first row; its columns are the condition's variables.
  record Sql(String query, Expression expect, Duration within) implements Check {}

  /// A command that must end with 0.
  record Command(String run, Duration within) implements Check {}
}
