package dev.segue.postgres.backup;

import dev.segue.change.Change;
import dev.segue.change.Contract;
import dev.segue.change.DatabaseUrl;
import dev.segue.change.Place;
import dev.segue.change.PostgresBackup;
import dev.segue.change.PostgresBackup.Method;
import dev.segue.change.PostgresBackup.Verification;
import dev.segue.change.PostgresTarget;
import dev.segue.change.Rehearsal;
import dev.segue.change.RollbackWindows;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.Secret;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A change to a database of a test, with a backup.
record Backups(
    PostgresTarget target,
    Path to,
    Method method,
    Verification verify,
    int keep,
    @Nullable Path tools,
    List<String> tables) {

  private static final Place PLACE = new Place("change.yaml", 1, 1);

  static DatabaseUrl url(TestDatabase database, String user) {
    return new DatabaseUrl(
        "127.0.0.1", database.server().port(), database.name(), user, new Secret(""), Map.of());
  }

  static Backups of(TestDatabase database, Path to) {
    return of(url(database, "postgres"), to);
  }

  static Backups of(DatabaseUrl url, Path to) {
    return new Backups(
        new PostgresTarget(url, null, Duration.ofMillis(100), 5),
        to,
        Method.SNAPSHOT,
        Verification.RESTORE,
        7,
        null,
        List.of("member"));
  }

  Backups ofEverything() {
    return new Backups(target, to, method, verify, keep, tools, List.of());
  }

  Backups by(Method wanted, @Nullable Path directory) {
    return new Backups(target, to, wanted, verify, keep, directory, tables);
  }

  Backups verifiedBy(Verification wanted) {
    return new Backups(target, to, method, wanted, keep, tools, tables);
  }

  Backups keeping(int number) {
    return new Backups(target, to, method, verify, number, tools, tables);
  }

  Step step() {
    return BackupStep.of(change(), workspace()).orElseThrow();
  }

  List<Finding> ask() {
    return BackupGate.of(change(), workspace()).orElseThrow().ask(what -> {});
  }

  private Workspace workspace() {
    return new Workspace(to, to, Map.of("PATH", "/nowhere"));
  }

  private Change change() {
    List<SchemaOperation> operations =
        tables.stream()
            .<SchemaOperation>map(t -> new RenameColumn(t, "status", "state", PLACE, PLACE, PLACE))
            .toList();
    return new Change(
        "rename",
        "",
        target,
        List.of(),
        new Rehearsal(false, null, null),
        new PostgresBackup(to, method, verify, keep, tools),
        operations,
        null,
        List.of(),
        null,
        new RollbackWindows(Duration.ofMinutes(5), Duration.ofMinutes(30)),
        new Contract(Duration.ofHours(24)));
  }
}
