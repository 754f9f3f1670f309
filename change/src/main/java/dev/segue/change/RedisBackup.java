package dev.segue.change;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A snapshot of a Redis server, or of every primary node of a cluster, taken over the wire and
/// proved before the first step.
///
/// @param to directory it is written to; made when missing
/// @param keep how many backups of this change stay there, the newest; older ones are removed
/// @param serverTools directory of redis-server; null: the PATH
public record RedisBackup(Path to, Verification verify, int keep, @Nullable Path serverTools) {

  /// CHECKSUM reads the file to its end; LOAD lets a scratch server load it and compares.
  public enum Verification {
    CHECKSUM,
    LOAD
  }
}
