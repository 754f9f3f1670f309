package dev.segue.postgres.facade;

import dev.segue.change.PostgresTarget;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Can these operations be carried out on this database, as it is now?
record FacadeGate(List<TableRename> renames) implements GateCheck {

  static final String NAME = "schema";

  private static final int OLDEST = 14;
  private static final int NEWEST = 18;

  /// Of tables that get no facade it asks nothing.
  @Override
  public List<Finding> ask(Progress progress, Predicate<String> planned) {
    List<TableRename> facades =
        renames.stream().filter(rename -> planned.test(Facades.firstStep(rename.text()))).toList();
    return facades.isEmpty() ? List.of() : new FacadeGate(facades).ask(progress);
  }

  @Override
  public List<Finding> ask(Progress progress) {
    try (Connection connection = renames.getFirst().open("asking about")) {
      List<Finding> findings = new ArrayList<>(server(connection));
      for (TableRename rename : renames) {
        progress.at(rename.text());
        findings.addAll(new TableGate(connection, rename).ask());
      }
      return List.copyOf(findings);
    } catch (SegueException e) {
      return List.of(Finding.refused(NAME, String.valueOf(e.getMessage()), e.remedy()));
    } catch (SQLException e) {
      return List.of(
          Finding.refused(
              NAME, String.valueOf(Sql.failed("asking about the schema", e).getMessage()), null));
    }
  }

  private List<Finding> server(Connection connection) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    findings.add(version(connection.getMetaData().getDatabaseMajorVersion()));
    if (asks(connection, "select pg_catalog.pg_is_in_recovery()")) {
      findings.add(
          Finding.refused(
              NAME,
              "This server is a standby; it takes no changes",
              "Point postgres.url at the primary."));
    } else if (asks(connection, "select current_setting('transaction_read_only')::bool")) {
      findings.add(
          Finding.refused(
              NAME,
              "Transactions are read-only here (default_transaction_read_only)",
              "ALTER ROLE or ALTER DATABASE … SET default_transaction_read_only = off."));
    }
    patience(connection).ifPresent(findings::add);
    return findings;
  }

  private static Finding version(int major) {
    String message = "PostgreSQL " + major;
    if (major < OLDEST) {
      return Finding.refused(
          NAME, message + " is too old: 14 to 18 are supported", "Upgrade the server first.");
    }
    return major > NEWEST
        ? Finding.warning(NAME, message + " is newer than any Segue was tried on: 14 to 18", null)
        : Finding.passed(NAME, message);
  }

  /// Two locks are waited for one after the other; past deadlock_timeout the server may end the
  /// application's statement instead of ours, unless we may look for deadlocks first.
  private Optional<Finding> patience(Connection connection) throws SQLException {
    PostgresTarget target = renames.getFirst().site().target();
    long deadlock =
        Prompt.first(
                connection,
                """
                select case when rolsuper then 1e9 else
                  extract(epoch from current_setting('deadlock_timeout')::interval) * 1000 end
                from pg_catalog.pg_roles where rolname = current_user
                """,
                row -> row.getLong(1))
            .orElse(Long.MAX_VALUE);
    long patience = target.lockTimeout().toMillis();
    return 2 * patience < deadlock
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                NAME,
                "postgres.lock-timeout is %d ms and the server's deadlock_timeout %d ms: a statement of the application may be ended in our favour"
                    .formatted(patience, deadlock),
                "Keep lock-timeout under half of deadlock_timeout."));
  }

  private static boolean asks(Connection connection, String query) throws SQLException {
    return Prompt.first(connection, query, row -> row.getBoolean(1)).orElse(false);
  }
}
