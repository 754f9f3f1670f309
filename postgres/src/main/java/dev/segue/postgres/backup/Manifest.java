package dev.segue.postgres.backup;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Private;
import dev.segue.conductor.shelf.Label;
import dev.segue.conductor.shelf.StoredFile;
import dev.segue.postgres.backup.Contents.Sequence;
import dev.segue.postgres.definition.SchemaDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a backup says of itself: `manifest.json`, written last.
///
/// @param format of this file and the others
/// @param origin the database it was taken from
/// @param takenAt the moment whose rows these are
/// @param definition what it was made of, in a form that can be compared and made again
/// @param facts what was journaled
record Manifest(
    int format,
    String change,
    String run,
    Method method,
    String origin,
    String server,
    Instant takenAt,
    List<Table> tables,
    List<Sequence> sequences,
    List<StoredFile> files,
    SchemaDefinition definition,
    Map<String, Object> facts)
    implements Label {

  static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  enum Method {
    PG_DUMP,
    SNAPSHOT
  }

  /// @param file where its rows are; null: in the dump
  /// @param columns as stored in `file`
  record Table(
      String name,
      long rows,
      String checksum,
      List<String> columns,
      boolean binary,
      @Nullable String file) {}

  /// What it does not hold, or, of a dump, what nobody compares; for people.
  List<String> leftOut() {
    return switch (method) {
      case SNAPSHOT -> definition.leftOut();
      case PG_DUMP ->
          definition.leftOut().stream().map(what -> what + ", dumped but not compared").toList();
    };
  }

  long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }

  long bytes() {
    return files.stream().mapToLong(StoredFile::bytes).sum();
  }

  Manifest with(Map<String, Object> measured) {
    return new Manifest(
        format,
        change,
        run,
        method,
        origin,
        server,
        takenAt,
        tables,
        sequences,
        files,
        definition,
        measured);
  }

  @Override
  public void write(Path directory) {
    byte[] text = JSON.writeValueAsBytes(this);
    Private.write(directory.resolve(NAME), text);
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
      if (manifest.format() != FORMAT) {
        throw new SegueException(
            Kind.USER,
            "not-a-backup",
            "%s is a backup of format %d; this Segue knows %d"
                .formatted(directory, manifest.format(), FORMAT),
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
