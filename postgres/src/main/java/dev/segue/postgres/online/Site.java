package dev.segue.postgres.online;

import dev.segue.change.PostgresTarget;
import dev.segue.conductor.Database;
import java.sql.Connection;

/// Where a change takes place.
///
/// @param change its name
public record Site(String change, PostgresTarget target) {

  /// @param purpose shown as `segue: PURPOSE` in pg_stat_activity
  public Connection open(String purpose) {
    return Database.open(target.url(), purpose);
  }
}
