package dev.segue.postgres.operation;

import dev.segue.change.Place;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Nearest;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is asked about a change's operations before it begins, and what was found.
final class Inquiry {

  static final String NAME = "schema";

  private static final String COLUMNS =
      """
      select attname from pg_catalog.pg_attribute
      where attrelid = ?::int8::oid and attnum > 0 and not attisdropped order by attnum
      """;

  private final Connection connection;
  private final Coming coming;
  private final List<SchemaOperation> all;
  private final List<Finding> findings = new ArrayList<>();

  Inquiry(Connection connection, List<SchemaOperation> all) {
    this.connection = connection;
    this.coming = Coming.of(all);
    this.all = List.copyOf(all);
  }

  /// All operations of the change.
  List<SchemaOperation> all() {
    return all;
  }

  Connection connection() {
    return connection;
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  boolean refused() {
    return findings.stream().anyMatch(Finding::refuses);
  }

  void refuse(Place at, String message, @Nullable String remedy) {
    findings.add(Finding.refused(NAME, at + ": " + message, remedy));
  }

  /// A person may know better.
  void adviseAgainst(Place at, String message, @Nullable String remedy) {
    findings.add(Finding.advisedAgainst(NAME, at + ": " + message, remedy));
  }

  void warn(Place at, String message, @Nullable String remedy) {
    findings.add(Finding.warning(NAME, at + ": " + message, remedy));
  }

  /// A table that is there and ours; refuses where it is not, but for one that an earlier operation
  /// makes: that is empty here, without a word.
  Optional<Relation> table(Place at, String written) throws SQLException {
    Optional<Relation> found = found(at, written);
    if (found.isEmpty()) {
      return found;
    }
    if (!found.get().isTable()) {
      refuse(at, found.get().quoted() + " is no table", null);
      return Optional.empty();
    }
    owned(at, found.get());
    return found;
  }

  /// A table that is there; refuses where it is not and no earlier operation makes it.
  Optional<Relation> found(Place at, String written) throws SQLException {
    Optional<Relation> found = Relation.find(connection, written);
    if (found.isEmpty() && !coming.table(written)) {
      refuse(Relation.missing(connection, "table", written, at));
    }
    return found;
  }

  void owned(Place at, Relation relation) throws SQLException {
    if (!relation.ours()) {
      String reader =
          Prompt.list(connection, "select current_user", row -> row.getString(1)).getFirst();
      refuse(
          at,
          "%s belongs to %s, and %s is not a member of that role"
              .formatted(relation.quoted(), relation.owner(), reader),
          "GRANT %s TO %s, or connect as the owner."
              .formatted(Identifiers.quoted(relation.owner()), Identifiers.quoted(reader)));
    }
  }

  /// @return whether it is there; refuses where it is not and no earlier operation makes it
  boolean column(Place at, Relation table, String written, String column) throws SQLException {
    List<String> columns = Prompt.list(connection, COLUMNS, row -> row.getString(1), table.oid());
    if (!columns.contains(column) && !coming.column(written, column)) {
      refuse(
          at,
          table.quoted() + " has no column " + column + Nearest.hint(Nearest.to(column, columns)),
          null);
    }
    return columns.contains(column);
  }

  void createsIn(Place at, String schema) throws SQLException {
    if (!Prompt.asks(
        connection, "select pg_catalog.has_schema_privilege(current_user, ?, 'create')", schema)) {
      refuse(
          at,
          "nothing may be created in schema " + schema,
          "GRANT CREATE ON SCHEMA " + Identifiers.quoted(schema) + " TO this role.");
    }
  }

  /// Said when nothing is in the way.
  void passed(String message) {
    if (!refused()) {
      findings.add(Finding.passed(NAME, message));
    }
  }

  /// Whether a course can be made.
  void plotted(Journey.Plotter plotter) throws SQLException {
    try {
      plotter.plot(connection);
    } catch (SegueException e) {
      refuse(e);
    }
  }

  void refuse(SegueException e) {
    findings.add(Finding.refused(NAME, String.valueOf(e.getMessage()), e.remedy()));
  }
}
