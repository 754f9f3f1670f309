package dev.segue.postgres.facade;

import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Statement;
import dev.segue.postgres.facade.TableState.Facade;
import dev.segue.postgres.locking.LockedTransaction;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All columns of one table that a change renames: what the table's steps have in common.
///
/// @param text the table as the change file has it; part of the steps' ids
/// @param required whether a new run needs the facade, see [Step#needed]
record TableRename(
    Site site, String text, TableName name, List<RenameColumn> columns, BooleanSupplier required) {

  private static final String FACADE_OF = "segue: facade of ";

  TableRename {
    columns = List.copyOf(columns);
  }

  FacadePlan plan(TableFacts facts) {
    return FacadePlan.of(facts, columns);
  }

  List<String> oldNames() {
    return columns.stream().map(RenameColumn::from).toList();
  }

  List<String> newNames() {
    return columns.stream().map(RenameColumn::to).toList();
  }

  /// The comment that tells whose facade it is.
  String mark(String run) {
    return FACADE_OF + site.change() + " run " + run;
  }

  static boolean marked(@Nullable String comment) {
    return comment != null && comment.startsWith(FACADE_OF);
  }

  boolean isOurs(Facade facade) {
    String comment = facade.comment();
    return comment != null && comment.startsWith(FACADE_OF + site.change() + " run ");
  }

  Connection open(String purpose) {
    return site.open(purpose + " " + text);
  }

  /// One that locks the table, or the facade in its place.
  LockedTransaction transaction(String doing, TableFacts facts, Statement lock) {
    return new LockedTransaction(
        site.target(),
        doing,
        facts.name(),
        List.of(facts.name(), Identifiers.quoted(facts.schema(), facts.aside())),
        List.of(lock));
  }

  /// What the table's state, as found under the lock, calls for.
  LockedTransaction.Work work(TableFacts facts, Function<TableState, List<Statement>> towards) {
    TableName resolved = new TableName(facts.schema(), facts.table());
    return connection -> towards.apply(Catalogue.state(connection, resolved));
  }

  TableState look() {
    try (Connection connection = open("looking at")) {
      return Catalogue.state(connection, name);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + text, e);
    }
  }

  /// @throws SegueException USER `table-missing` or `not-a-table`, with its place in the file
  TableFacts facts() {
    return look().facts(columns.getFirst().at() + ": ");
  }

  /// The table is not as it must be; nothing was changed.
  SegueException unexpected(String what) {
    return new SegueException(
        Kind.EXTERNAL,
        "table-not-as-expected",
        what + ".",
        "Somebody else has changed it; look with 'segue status', put it right, and run the same"
            + " command again.");
  }
}
