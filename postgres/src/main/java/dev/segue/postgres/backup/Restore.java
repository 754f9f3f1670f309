package dev.segue.postgres.backup;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Database;
import dev.segue.conductor.shelf.Progress;
import dev.segue.conductor.shelf.StoredFile;
import dev.segue.postgres.backup.Contents.Sequence;
import dev.segue.postgres.backup.Contents.Tally;
import dev.segue.postgres.definition.PinnedSession;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.definition.SchemaDefinition.Phase;
import dev.segue.postgres.sql.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Puts a backup into an empty database, and compares what is there then with what was backed up:
/// definitions, and for each table the number of rows and a checksum over them.
///
/// @param clientTools directory of pg_restore; null: the PATH. Needed for what pg_dump made
/// @param environment the process's
/// @param access whether owners, grants and policies come along; the roles they name must exist
public record Restore(@Nullable Path clientTools, Map<String, String> environment, boolean access) {

  /// What is there now.
  ///
  /// @param leftOut what the backup never held, what could not be made here, and what was not
  ///   compared; for people
  public record Restored(
      String change, Instant takenAt, int tables, long rows, List<String> leftOut) {}

  /// @param backup the directory of one backup
  /// @throws SegueException USER `not-a-backup`, `database-not-empty`; EXTERNAL `backup-damaged`
  ///   before anything is done, `restore-failed`, `restore-differs` after
  public Restored into(DatabaseUrl empty, Path backup, Progress progress) {
    return into(empty, backup, Manifest.read(backup), progress);
  }

  Restored into(DatabaseUrl empty, Path backup, Manifest manifest, Progress progress) {
    try {
      checkFiles(backup, manifest, progress);
      try (Connection connection = Database.open(empty, "restoring")) {
        checkEmpty(connection, empty);
        PinnedSession.pin(connection);
        String said =
            switch (manifest.method()) {
              case PG_DUMP -> load(empty, backup, manifest, progress);
              case SNAPSHOT -> load(connection, backup, manifest, progress);
            };
        return compared(connection, manifest, said, progress);
      }
    } catch (IOException e) {
      throw new SegueException(
          Kind.EXTERNAL, "restore-failed", "Reading the backup failed: " + e, null, e);
    } catch (SQLException e) {
      throw new SegueException(
          Kind.EXTERNAL,
          "restore-failed",
          "Restoring %s into %s failed: %s".formatted(backup, empty, e.getMessage()),
          "The database holds a part of it; drop it and create it again before the next try.",
          e);
    }
  }

  /// Every file is there, whole and as it was written.
  static void checkFiles(Path backup, Manifest manifest, Progress progress) throws IOException {
    for (StoredFile file : manifest.files()) {
      progress.at("checking " + file.name(), Double.NaN);
      file.check(backup);
    }
  }

  private static void checkEmpty(Connection connection, DatabaseUrl url) throws SQLException {
    List<String> there =
        Sql.list(
            connection,
            """
            select c.oid::regclass::text from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' limit 3
            """,
            row -> row.getString(1));
    if (!there.isEmpty()) {
      throw new SegueException(
          Kind.USER,
          "database-not-empty",
          "%s is not empty: it has %s".formatted(url, String.join(", ", there)),
          "Create a new database (createdb -T template0 NAME) and restore into that.");
    }
  }

  private String load(DatabaseUrl url, Path backup, Manifest manifest, Progress progress)
      throws IOException {
    ClientTools tools =
        switch (ClientTools.find(clientTools, environment, manifest.server())) {
          case ClientTools.Search.Found(ClientTools found) -> found;
          case ClientTools.Search.None(String why) ->
              throw new SegueException(
                  Kind.USER,
                  "client-tools-missing",
                  "This backup was made by pg_dump, but " + why,
                  "Install the client tools of PostgreSQL " + manifest.server() + " or newer.");
        };
    List<String> command = new ArrayList<>(List.of("pg_restore", "--dbname=" + url.database()));
    command.add("--no-password");
    if (!access) {
      command.addAll(List.of("--no-owner", "--no-privileges"));
    }
    command.add(backup.resolve(Taking.DUMP).toString());
    ClientTools.Ended ended = tools.run(command, url, () -> progress.at("pg_restore", Double.NaN));
    // It goes on after an error; whether one mattered, the comparison finds out.
    return ended.code() == 0 ? "" : ended.said();
  }

  private String load(Connection connection, Path backup, Manifest manifest, Progress progress)
      throws SQLException, IOException {
    SchemaDefinition definition = manifest.definition();
    definition.create(connection, Phase.BEFORE_DATA);
    int done = 0;
    for (Manifest.Table table : manifest.tables()) {
      progress.at("restoring " + table.name(), (double) done++ / manifest.tables().size());
      String file = table.file();
      if (file == null) {
        throw StoredFile.damaged(Manifest.NAME + " names no file for " + table.name());
      }
      try (InputStream in =
          new GZIPInputStream(Files.newInputStream(backup.resolve(file)), 1 << 16)) {
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                Taking.copyCommand(table.name(), table.columns(), table.binary(), "FROM STDIN"),
                in);
      }
    }
    for (Sequence sequence : manifest.sequences()) {
      Sql.list(
          connection,
          "select setval(?::regclass, ?, ?)",
          row -> row.getLong(1),
          sequence.name(),
          sequence.value(),
          sequence.called());
    }
    progress.at("making indexes and keys", Double.NaN);
    definition.create(connection, Phase.AFTER_DATA);
    if (access) {
      definition.create(connection, Phase.ACCESS);
    }
    return "";
  }

  /// @param said what pg_restore complained of
  private Restored compared(
      Connection connection, Manifest manifest, String said, Progress progress)
      throws SQLException {
    progress.at("comparing definitions", Double.NaN);
    SchemaDefinition wanted = manifest.definition().withoutAccess();
    connection.setAutoCommit(false);
    List<String> differences = new ArrayList<>();
    List<String> leftOut = new ArrayList<>(manifest.leftOut());
    String major = manifest.server().split("\\.", 2)[0];
    if (major.equals(Integer.toString(connection.getMetaData().getDatabaseMajorVersion()))) {
      differences.addAll(
          wanted.differencesIn(SchemaDefinition.ofDatabase(connection).withoutAccess()));
    } else {
      // Each version prints a definition in its own words.
      leftOut.add("definitions, for it was taken from PostgreSQL " + major + ": not compared");
      PinnedSession.pin(connection);
    }
    // What only a superuser may make says nothing about the backup.
    differences.removeIf(difference -> {
      boolean forbidden =
          said.lines()
              .anyMatch(line ->
                  line.contains("permission denied to create extension")
                      && difference.equals(
                          "extension " + line.replaceAll(".*\"(.*)\".*", "$1") + " is missing"));
      return forbidden && leftOut.add(difference + ": this role may not make it");
    });
    int done = 0;
    for (Manifest.Table table : manifest.tables()) {
      progress.at("comparing " + table.name(), (double) done++ / manifest.tables().size());
      compare(connection, table, differences);
    }
    connection.rollback();
    if (!differences.isEmpty()) {
      throw new SegueException(
          Kind.EXTERNAL,
          "restore-differs",
          "What was restored is not what was backed up: "
              + String.join("; ", differences)
              + (said.isEmpty() ? "" : ". pg_restore said: " + said),
          "Do not rely on this backup.");
    }
    return new Restored(
        manifest.change(), manifest.takenAt(), manifest.tables().size(), manifest.rows(), leftOut);
  }

  private static void compare(Connection connection, Manifest.Table table, List<String> differences)
      throws SQLException {
    if (differences.contains("table " + table.name() + " is missing")) {
      return;
    }
    Tally found =
        new Contents.Table(table.name(), table.columns(), table.binary(), 0).tally(connection);
    if (found.rows() != table.rows()) {
      differences.add(
          "%s has %,d rows instead of %,d".formatted(table.name(), found.rows(), table.rows()));
    } else if (!found.checksum().equals(table.checksum())) {
      differences.add("%s has other values in its rows".formatted(table.name()));
    }
  }
}
