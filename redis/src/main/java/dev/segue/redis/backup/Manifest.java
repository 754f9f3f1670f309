package dev.segue.redis.backup;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Private;
import dev.segue.conductor.shelf.Label;
import dev.segue.conductor.shelf.StoredFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a backup of Redis says of itself.
///
/// @param store `redis`; those of PostgreSQL say nothing
/// @param server its version
/// @param takenAt when the first snapshot was begun: each node's is of a moment of its own
/// @param facts what was journaled
record Manifest(
    int format,
    String store,
    String change,
    String run,
    String origin,
    String server,
    Instant takenAt,
    List<Snapshot> snapshots,
    List<StoredFile> files,
    Map<String, Object> facts)
    implements Label {

  static final int FORMAT = 1;
  static final String STORE = "redis";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /// Of one node.
  ///
  /// @param rdbVersion of the file's format
  /// @param replicationId of the server's history, in which it is at `replicationOffset`
  /// @param keys by database
  record Snapshot(
      String node,
      String file,
      int rdbVersion,
      boolean checksummed,
      String replicationId,
      long replicationOffset,
      Map<Integer, Long> keys) {}

  Manifest with(Map<String, Object> measured) {
    return new Manifest(
        format, store, change, run, origin, server, takenAt, snapshots, files, measured);
  }

  @Override
  public void write(Path directory) {
    Private.write(directory.resolve(NAME), JSON.writeValueAsBytes(this));
  }

  /// Whether what stands there is a backup of Redis.
  static boolean isThere(Path directory) {
    try {
      JsonNode found = JSON.readTree(directory.resolve(NAME).toFile());
      return STORE.equals(found.path("store").asString(""));
    } catch (JacksonException e) {
      return false;
    }
  }

  /// @throws SegueException USER `not-a-backup`, EXTERNAL `backup-damaged`
  static Manifest read(Path directory) {
    Path file = directory.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new SegueException(
          Kind.USER,
          "not-a-backup",
          directory + " holds no " + NAME + ": it is no backup of Segue's, or not a whole one",
          "Name the directory of one backup, as the report of its run does.");
    }
    try {
      Manifest manifest = JSON.readValue(file.toFile(), Manifest.class);
      if (manifest.format() != FORMAT || !STORE.equals(manifest.store())) {
        throw new SegueException(
            Kind.USER,
            "not-a-backup",
            "%s is no backup of Redis of format %d".formatted(directory, FORMAT),
            "Restore it with the Segue that wrote it.");
      }
      return manifest;
    } catch (JacksonException e) {
      throw new SegueException(
          Kind.EXTERNAL,
          "backup-damaged",
          file + " cannot be read: " + e.getOriginalMessage(),
          "Take another backup.",
          e);
    }
  }
}
