package dev.segue.postgres.backup;

import dev.segue.change.Change;
import dev.segue.change.PostgresBackup;
import dev.segue.change.PostgresTarget;
import dev.segue.conductor.Database;
import dev.segue.conductor.Workspace;
import dev.segue.conductor.shelf.Shelf;
import dev.segue.conductor.shelf.Shelving;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What a change asks to be backed up.
///
/// @param tables what the change touches, as its file names them; empty: the whole database
/// @param environment the process's
record Job(
    String change,
    PostgresTarget target,
    PostgresBackup settings,
    List<String> tables,
    Map<String, String> environment) {

  static Optional<Job> of(Change change, Workspace workspace) {
    PostgresTarget target = change.postgres();
    PostgresBackup settings = change.backup() == null ? null : change.backup().postgres();
    if (target == null || settings == null) {
      return Optional.empty();
    }
    List<String> tables =
        change.schema().stream()
            .flatMap(operation -> Stream.ofNullable(operation.table()))
            .distinct()
            .toList();
    return Optional.of(new Job(change.name(), target, settings, tables, workspace.environment()));
  }

  /// Names the database in a backup, so that those of two databases in one directory stay apart.
  String origin() {
    return target.url().toString();
  }

  Shelving<Manifest> shelving() {
    Shelf<Manifest> shelf = new Shelf<>(settings.to(), change, origin(), "", Manifest::read);
    return new Shelving<>(shelf, settings.to(), "backup.postgres.to", settings.keep());
  }

  /// A session in which everything is seen as of one moment.
  Connection openSnapshot(String purpose) throws SQLException {
    Connection connection = Database.open(target.url(), purpose);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    return connection;
  }
}
