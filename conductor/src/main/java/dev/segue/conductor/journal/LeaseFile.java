package dev.segue.conductor.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What `lease.json` says: who took the change last, and how often it was taken.
///
/// @param token which taking of the lease this is; null when it was given back
record LeaseFile(
    long epoch, @Nullable String token, String host, long pid, String user, Instant since) {

  static Optional<LeaseFile> read(Path file) {
    return Files.exists(file)
        ? Optional.of(JsonFile.read(file, LeaseFile.class))
        : Optional.empty();
  }

  void write(Path file) {
    JsonFile.write(file, this);
  }

  LeaseFile givenBack() {
    return new LeaseFile(epoch, null, host, pid, user, since);
  }

  Holder holder(boolean live, Instant now) {
    return new Holder(host, pid, user, epoch, since, live ? now : since, live);
  }
}
