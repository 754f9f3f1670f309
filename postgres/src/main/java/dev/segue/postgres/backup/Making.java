package dev.segue.postgres.backup;

import dev.segue.conductor.Facts;
import dev.segue.conductor.shelf.Progress;
import dev.segue.conductor.shelf.Shelf;
import dev.segue.conductor.shelf.StoredFile;
import dev.segue.postgres.backup.Restore.Restored;
import dev.segue.postgres.definition.ScratchDatabase;
import dev.segue.postgres.sql.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Takes a backup and proves it.
///
/// @param partial the directory it is written to
record Making(Job job, String run, Path partial, Progress progress) {

  /// @return with what was measured; not yet written
  Manifest make() throws IOException {
    long started = System.nanoTime();
    Way way;
    Manifest manifest;
    try (Connection snapshot = job.openSnapshot("taking a backup")) {
      way = Way.choose(job, Taking.version(snapshot));
      progress.at("taking a backup by " + way.words(), 0);
      manifest = new Taking(job, run, partial, progress).take(way, snapshot);
    } catch (SQLException e) {
      throw Sql.failed("taking a backup", e);
    }
    Facts facts =
        Facts.of("method", way.words())
            .with("why", way.why())
            .with("path", Shelf.whole(partial).toString())
            .with("tables", manifest.tables().size())
            .with("rows", manifest.rows())
            .with("bytes", manifest.bytes())
            .with("taken_ms", since(started));
    return manifest.with(verified(manifest, facts).values());
  }

  private Facts verified(Manifest manifest, Facts facts) throws IOException {
    long started = System.nanoTime();
    return switch (job.settings().verify()) {
      case LIST -> {
        list(manifest);
        yield facts
            .with("verified", "read through, not restored")
            .with("verified_ms", since(started))
            .with("left_out", manifest.leftOut());
      }
      case RESTORE -> {
        try (ScratchDatabase scratch = ScratchDatabase.like(job.target())) {
          Restored restored =
              new Restore(job.settings().clientTools(), job.environment(), false)
                  .into(scratch.url(), partial, manifest, progress);
          yield facts
              .with("verified", "restored; definitions, row counts and checksums are equal")
              .with("restored_to", scratch.url().database())
              .with("verified_ms", since(started))
              .with("left_out", restored.leftOut());
        }
      }
    };
  }

  /// Reads every file to its end as whoever restores it would.
  private void list(Manifest manifest) throws IOException {
    Restore.checkFiles(partial, manifest, progress);
    for (Manifest.Table table : manifest.tables()) {
      if (table.file() != null) {
        try (InputStream in =
            new GZIPInputStream(Files.newInputStream(partial.resolve(table.file())), 1 << 16)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
    }
    if (manifest.method() == Manifest.Method.PG_DUMP) {
      listDump(manifest);
    }
  }

  private void listDump(Manifest manifest) throws IOException {
    if (ClientTools.find(job.settings().clientTools(), job.environment(), manifest.server())
        instanceof ClientTools.Search.Found(ClientTools tools)) {
      List<String> command =
          new ArrayList<>(List.of("pg_restore", "--list", partial.resolve(Taking.DUMP).toString()));
      ClientTools.Ended ended = tools.run(command, job.target().url(), () -> {});
      if (ended.code() != 0) {
        throw StoredFile.damaged("pg_restore cannot list the dump: " + ended.said());
      }
    }
  }

  private static long since(long started) {
    return Duration.ofNanos(System.nanoTime() - started).toMillis();
  }
}
