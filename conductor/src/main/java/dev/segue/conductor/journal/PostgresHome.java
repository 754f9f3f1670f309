package dev.segue.conductor.journal;

import dev.segue.change.DatabaseUrl;
import java.time.InstantSource;
import java.util.Optional;

/// Keeps runs in schema `segue` of a PostgreSQL database.
public final class PostgresHome {
  private PostgresHome() {}

  /// Opens the home, making the schema where it is missing.
  public static Home open(DatabaseUrl url, InstantSource clock) {
    throw new UnsupportedOperationException("not yet: " + url + clock);
  }

  /// Opens the home for looking at it; creates nothing.
  ///
  /// @return empty when nothing was ever run here
  public static Optional<Home> openExisting(DatabaseUrl url, InstantSource clock) {
    throw new UnsupportedOperationException("not yet: " + url + clock);
  }
}
