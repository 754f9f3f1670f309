package dev.segue.change;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A backup taken and proved before the first step.
///
/// @param to directory it is written to; made when missing
/// @param keep how many backups of this change stay there, the newest; older ones are removed
/// @param clientTools directory of pg_dump and pg_restore; null: the PATH
public record PostgresBackup(
    Path to, Method method, Verification verify, int keep, @Nullable Path clientTools) {

  /// How the backup is made. AUTO takes pg_dump where client tools at least as new as the server
  /// are at hand, and the built-in snapshot of the tables the change touches where they are not.
  public enum Method {
    AUTO,
    PG_DUMP,
    SNAPSHOT
  }

  /// LIST reads the archive's table of contents; RESTORE restores it to a scratch database and
  /// compares definitions, row counts and checksums.
  public enum Verification {
    LIST,
    RESTORE
  }
}
