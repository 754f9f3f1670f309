package dev.segue.postgres.facade;

import dev.segue.change.SegueException;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What the catalogue says about a table, as far as a facade needs it. The same for a table that
/// stands behind its facade: [#table] is the name applications use, [#aside] the other.
///
/// @param serverMajor 14 to 18
/// @param reader who asked; owns what it creates
/// @param aside the name the table has while a facade stands in its place
/// @param rows as the planner estimates them; 0 when it never looked
/// @param plainGrants nobody has been granted or refused anything, and nobody will be by default
///   privileges
/// @param grants on the whole table, the owner's own too
/// @param defaultGrantees who is granted something on every new view of [#reader], as SQL names
///   them
public record TableFacts(
    int serverMajor,
    String reader,
    String schema,
    String table,
    String aside,
    boolean partitioned,
    String owner,
    long rows,
    boolean plainGrants,
    List<Grant> grants,
    List<Column> columns,
    List<String> defaultGrantees) {

  public TableFacts {
    grants = List.copyOf(grants);
    columns = List.copyOf(columns);
    defaultGrantees = List.copyOf(defaultGrantees);
  }

  /// @param grants those on this column alone
  public record Column(String name, List<Grant> grants) {
    public Column {
      grants = List.copyOf(grants);
    }
  }

  /// @param grantee as SQL names it: a quoted name or PUBLIC
  /// @param grantable with grant option
  public record Grant(String grantee, String privilege, boolean grantable) {}

  /// Reads them now, of a plain table or of the one behind a facade.
  ///
  /// @param table as a change file has it: `table` or `schema.table`
  /// @throws SegueException USER `table-missing`
  public static TableFacts read(Connection connection, String table) throws SQLException {
    return Catalogue.state(connection, TableName.parse(table)).facts();
  }

  /// Whether a refusal to read them means that the change file names no table: then the schema's
  /// gate and steps say so, with its place in the file, and nobody else need.
  public static boolean areMissing(SegueException e) {
    return e.code().equals("table-missing") || e.code().equals("not-a-table");
  }

  /// Seen under another name, as its own table standing aside of it.
  public TableFacts seenAs(String name) {
    return new TableFacts(
        serverMajor,
        reader,
        schema,
        name,
        table,
        partitioned,
        owner,
        rows,
        plainGrants,
        grants,
        columns,
        defaultGrantees);
  }

  /// The name applications use, as SQL writes it.
  String name() {
    return Identifiers.quoted(schema, table);
  }

  boolean has(String column) {
    return columns.stream().anyMatch(c -> c.name().equals(column));
  }

  List<String> columnNames() {
    return columns.stream().map(Column::name).toList();
  }
}
