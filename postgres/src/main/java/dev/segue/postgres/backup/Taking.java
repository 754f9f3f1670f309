package dev.segue.postgres.backup;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Private;
import dev.segue.conductor.shelf.Counted;
import dev.segue.conductor.shelf.Progress;
import dev.segue.conductor.shelf.Sizes;
import dev.segue.conductor.shelf.StoredFile;
import dev.segue.postgres.backup.Contents.Sequence;
import dev.segue.postgres.backup.Contents.Table;
import dev.segue.postgres.backup.Contents.Tally;
import dev.segue.postgres.sql.Sql;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// Writes a backup's files, all of one moment: copies, counts and checksums see one snapshot.
///
/// @param directory where to; empty but for what says whose it is
record Taking(Job job, String run, Path directory, Progress progress) {

  static final String DUMP = "database.dump";
  static final String DEFINITION = "definition.sql";

  /// @return with everything but the facts; not yet written
  Manifest take(Way way, Connection snapshot) throws SQLException, IOException {
    String server = version(snapshot);
    Instant takenAt =
        Sql.one(
            snapshot, "select now()", row -> row.getObject(1, OffsetDateTime.class).toInstant());
    List<String> tables =
        switch (way) {
          case Way.Dump _ -> List.of();
          case Way.Snapshot _ -> job.tables();
        };
    Contents contents = Contents.read(snapshot, tables);
    List<Sequence> sequences = new ArrayList<>();
    for (String sequence : contents.sequences()) {
      sequences.add(Sequence.read(snapshot, sequence));
    }
    List<StoredFile> files = new ArrayList<>();
    List<Manifest.Table> stored =
        switch (way) {
          case Way.Dump dump -> dump(dump.tools(), snapshot, contents, files);
          case Way.Snapshot _ -> copy(snapshot, contents, files);
        };
    return new Manifest(
        Manifest.FORMAT,
        job.change(),
        run,
        way instanceof Way.Dump ? Manifest.Method.PG_DUMP : Manifest.Method.SNAPSHOT,
        job.origin(),
        server,
        takenAt,
        stored,
        sequences,
        files,
        contents.definition(),
        Map.of());
  }

  /// `18.6`, without what a distribution adds.
  static String version(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductVersion().split(" ", 2)[0];
  }

  /// The dump runs beside the counting, in the same snapshot.
  private List<Manifest.Table> dump(
      ClientTools tools, Connection snapshot, Contents contents, List<StoredFile> files)
      throws SQLException, IOException {
    String exported = Sql.one(snapshot, "select pg_export_snapshot()", row -> row.getString(1));
    Path file = Private.createFile(directory.resolve(DUMP));
    ClientTools.Ended ended =
        tools.run(
            dumpCommand(exported, file.toString()),
            job.target().url(),
            () -> progress.at("pg_dump: " + Sizes.words(file.toFile().length()), Double.NaN));
    if (ended.code() != 0) {
      throw new SegueException(
          Kind.EXTERNAL,
          "pg-dump-failed",
          "pg_dump ended with %d: %s".formatted(ended.code(), ended.said()),
          "Nothing was changed. Put right what it says, or set backup.postgres.with to snapshot.");
    }
    files.add(StoredFile.of(directory, DUMP));
    List<Manifest.Table> stored = new ArrayList<>();
    for (Table table : contents.tables()) {
      progress.at("counting " + table.name(), (double) stored.size() / contents.tables().size());
      stored.add(stored(table, table.tally(snapshot), Optional.empty()));
    }
    return stored;
  }

  /// @param snapshot what pg_export_snapshot gave
  static List<String> dumpCommand(String snapshot, String file) {
    return List.of(
        "pg_dump",
        "--format=custom",
        "--snapshot=" + snapshot,
        "--lock-wait-timeout=30s",
        "--no-password",
        // Segue's own journal: a restored database must not believe it is in the middle of a run.
        "--exclude-schema=segue",
        "--file=" + file);
  }

  private List<Manifest.Table> copy(Connection snapshot, Contents contents, List<StoredFile> files)
      throws SQLException, IOException {
    Private.write(
        directory.resolve(DEFINITION),
        contents.definition().text().getBytes(StandardCharsets.UTF_8));
    files.add(StoredFile.of(directory, DEFINITION));
    long all = Math.max(1, contents.tables().stream().mapToLong(Table::bytes).sum());
    long before = 0;
    List<Manifest.Table> stored = new ArrayList<>();
    for (Table table : contents.tables()) {
      String name = fileName(stored.size() + 1, table);
      Double from = (double) before / all;
      Double share = (double) table.bytes() / all;
      copy(
          snapshot,
          table,
          directory.resolve(name),
          done ->
              progress.at(
                  "copying %s, %s of about %s"
                      .formatted(table.name(), Sizes.words(done), Sizes.words(table.bytes())),
                  Math.min(1, from + share * Math.min(1, (double) done / (table.bytes() + 1)))));
      files.add(StoredFile.of(directory, name));
      stored.add(stored(table, table.tally(snapshot), Optional.of(name)));
      before += table.bytes();
    }
    return stored;
  }

  private void copy(
      Connection snapshot, Table table, Path file, java.util.function.LongConsumer done)
      throws SQLException, IOException {
    CopyManager copies = snapshot.unwrap(PGConnection.class).getCopyAPI();
    try (OutputStream out =
        new Counted(
            new GZIPOutputStream(Channels.newOutputStream(Private.create(file)), 1 << 16), done)) {
      copies.copyOut(copyCommand(table.name(), table.columns(), table.binary(), "TO STDOUT"), out);
    }
  }

  static String copyCommand(String table, List<String> columns, boolean binary, String where) {
    return "COPY %s (%s) %s (FORMAT %s)"
        .formatted(table, String.join(", ", columns), where, binary ? "binary" : "text");
  }

  private static Manifest.Table stored(Table table, Tally tally, Optional<String> file) {
    return new Manifest.Table(
        table.name(),
        tally.rows(),
        tally.checksum(),
        table.columns(),
        table.binary(),
        file.orElse(null));
  }

  private static String fileName(int number, Table table) {
    String plain = table.name().replaceAll("[^A-Za-z0-9_.]", "");
    return "%04d-%s.%s.gz"
        .formatted(
            number,
            plain.substring(0, Math.min(80, plain.length())),
            table.binary() ? "copy" : "txt");
  }
}
