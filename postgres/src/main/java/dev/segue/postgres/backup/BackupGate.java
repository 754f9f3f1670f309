package dev.segue.postgres.backup;

import dev.segue.change.Change;
import dev.segue.change.PostgresBackup.Verification;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Workspace;
import dev.segue.postgres.definition.ScratchDatabase;
import dev.segue.postgres.facade.TableFacts;
import dev.segue.postgres.sql.Sql;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Could the backup be made? Asks for the tools, the directory, the room in it, and for a place to
/// restore to.
public final class BackupGate implements GateCheck {

  private static final String NAME = "backup";
  private static final String DIRECTORY = "backup directory";

  private final Job job;

  private BackupGate(Job job) {
    this.job = job;
  }

  /// Nothing where the change file asks for no backup.
  public static Optional<GateCheck> of(Change change, Workspace workspace) {
    return Job.of(change, workspace).map(BackupGate::new);
  }

  @Override
  public List<Finding> ask(Progress progress) {
    List<Finding> findings = new ArrayList<>();
    progress.at("the backup directory");
    findings.addAll(directory());
    progress.at("what is to be backed up");
    try (Connection snapshot = job.openSnapshot("asking about the backup")) {
      findings.addAll(contents(snapshot));
      if (job.settings().verify() == Verification.RESTORE) {
        ScratchDatabase.check(job.target());
      }
    } catch (SegueException e) {
      if (TableFacts.areMissing(e)) {
        return List.of(Finding.warning(NAME, "not asked: see what the schema's gate says", null));
      }
      findings.add(Finding.refused(NAME, String.valueOf(e.getMessage()), e.remedy()));
    } catch (SQLException e) {
      findings.add(
          Finding.refused(NAME, String.valueOf(Sql.failed("looking", e).getMessage()), null));
    }
    return List.copyOf(findings);
  }

  private List<Finding> contents(Connection snapshot) throws SQLException {
    Way way = Way.choose(job, Taking.version(snapshot));
    Contents contents = Contents.read(snapshot, way instanceof Way.Dump ? List.of() : job.tables());
    long bytes = contents.tables().stream().mapToLong(Contents.Table::bytes).sum();
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.passed(
            NAME,
            "%s, %s, by %s: %s"
                .formatted(
                    contents.tables().size() == 1
                        ? "1 table"
                        : contents.tables().size() + " tables",
                    Sizes.words(bytes),
                    way.words(),
                    way.why())));
    List<String> unreadable = new ArrayList<>();
    for (Contents.Table table : contents.tables()) {
      if (!mayRead(snapshot, table.name())) {
        unreadable.add(table.name());
      }
    }
    for (String sequence : contents.sequences()) {
      if (!mayRead(snapshot, sequence)) {
        unreadable.add(sequence);
      }
    }
    if (!unreadable.isEmpty()) {
      String names = String.join(", ", unreadable);
      findings.add(
          Finding.refused(
              NAME,
              "This role may not read " + names,
              "GRANT SELECT ON %s to it, or connect as the owner.".formatted(names)));
    }
    room(bytes).ifPresent(findings::add);
    return findings;
  }

  private static boolean mayRead(Connection snapshot, String relation) throws SQLException {
    return Sql.one(
        snapshot, "select has_table_privilege(?, 'select')", row -> row.getBoolean(1), relation);
  }

  /// Tries to write there, and leaves nothing.
  private List<Finding> directory() {
    Path place = job.settings().to();
    List<Path> made = new ArrayList<>();
    try {
      for (Path at = place.toAbsolutePath(); at != null && !Files.exists(at); at = at.getParent()) {
        made.add(at);
      }
      Private.createDirectories(place);
      Files.delete(Files.createTempFile(place, ".segue-", ".tmp"));
      return List.of(Finding.passed(DIRECTORY, place + " can be written to"));
    } catch (IOException e) {
      return List.of(
          Finding.refused(
              DIRECTORY,
              "Nothing can be written to %s: %s".formatted(place, words(e)),
              "Point backup.postgres.to at a directory of yours."));
    } finally {
      made.forEach(BackupGate::removeIfEmpty);
    }
  }

  private static String words(IOException e) {
    return switch (e) {
      case FileAlreadyExistsException there -> there.getFile() + " is there and is no directory";
      case AccessDeniedException denied -> "no right to " + denied.getFile();
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static void removeIfEmpty(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // Somebody else uses it by now, or it cannot be removed: an empty directory is no harm.
      return;
    }
  }

  private Optional<Finding> room(long needed) {
    Path at = job.settings().to().toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    try {
      long free = Files.getFileStore(at).getUsableSpace();
      String message =
          "%s free; the tables take %s".formatted(Sizes.words(free), Sizes.words(needed));
      return Optional.of(
          free >= needed
              ? Finding.passed(DIRECTORY, message)
              : Finding.refused(
                  DIRECTORY, message, "Make room, or point backup.postgres.to elsewhere."));
    } catch (IOException e) {
      return Optional.of(
          Finding.refused(DIRECTORY, "How much room is there cannot be told: " + words(e), null));
    }
  }
}
