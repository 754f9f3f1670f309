package dev.segue.conductor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What `lease.json` says: who took the change last, and how often it was taken.
///
/// @param token which taking of the lease this is; null when it was given back
record LeaseFile(
    long epoch, @Nullable String token, String host, long pid, String user, Instant since) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Optional<LeaseFile> read(Path file) {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), LeaseFile.class));
    } catch (NoSuchFileException never) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new JournalCorruptException(
          "The lease " + file + " cannot be read: " + e.getOriginalMessage(),
          "When no conductor is running, write "
              + "{\"epoch\":N,\"host\":\"\",\"pid\":0,\"user\":\"\",\"since\":\"2026-01-01T00:00:00Z\"}"
              + " into it, with N the greatest epoch in the journals beside it.");
    } catch (IOException e) {
      throw Disk.explain(file, "read the lease", e);
    }
  }

  void write(Path file) {
    try {
      Disk.replace(file, JSON.writeValueAsBytes(this));
    } catch (IOException e) {
      throw Disk.explain(file, "write the lease", e);
    }
  }

  LeaseFile givenBack() {
    return new LeaseFile(epoch, null, host, pid, user, since);
  }

  Holder holder(boolean live, Instant now) {
    return new Holder(host, pid, user, epoch, since, live ? now : since, live);
  }
}
