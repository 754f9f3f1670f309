package dev.segue.postgres.backup;

import dev.segue.change.Change;
import dev.segue.change.PostgresBackup.Verification;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Workspace;
import dev.segue.conductor.shelf.Directory;
import dev.segue.conductor.shelf.Sizes;
import dev.segue.postgres.definition.ScratchDatabase;
import dev.segue.postgres.facade.TableFacts;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Could the backup be made? Asks for the tools, the directory, the room in it, and for a place to
/// restore to.
public final class BackupGate implements GateCheck {

  private static final String NAME = "backup";

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
    findings.addAll(directory().writable());
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
    findings.add(directory().room(bytes, "the tables take"));
    return findings;
  }

  private Directory directory() {
    return new Directory(job.settings().to(), "backup.postgres.to");
  }

  private static boolean mayRead(Connection snapshot, String relation) throws SQLException {
    return Sql.one(
        snapshot, "select has_table_privilege(?, 'select')", row -> row.getBoolean(1), relation);
  }
}
