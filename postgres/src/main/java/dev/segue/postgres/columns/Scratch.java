package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.Place;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.columns.Table.Column;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A table without rows, shaped like the real one, on which the server is asked what types and
/// expressions mean. It is gone when the transaction is rolled back; the real table is not touched.
record Scratch(Connection connection) {

  private static final String SHAPE = "pg_temp.segue_shape";

  private static final String VALUE = "segue_value__";

  private static final String OTHER_TYPE = "42804";

  static Scratch like(Connection connection, Table table) throws SQLException {
    Scratch scratch = new Scratch(connection);
    scratch.send("CREATE TEMP TABLE segue_shape (LIKE " + table.name() + ")");
    return scratch;
  }

  /// What the server makes of a text.
  ///
  /// @param inputs the columns it is over, as SQL names them
  record Said(Expression expression, String type, List<String> inputs) {}

  void send(String sql) throws SQLException {
    Prompt.execute(connection, sql);
  }

  List<Column> columns() throws SQLException {
    return Aside.pinned(
        connection,
        () ->
            TableReader.columns(
                connection,
                Sql.one(
                    connection,
                    "select '" + SHAPE + "'::regclass::oid::int8",
                    row -> row.getLong(1))));
  }

  Column column(String name) throws SQLException {
    return columns().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  /// Adds a column unless it is there.
  ///
  /// @param type as somebody has written it
  Column add(String name, String type, Place at) throws SQLException {
    tried(
        at,
        type,
        () -> {
          send(
              "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s".formatted(SHAPE, quoted(name), type));
          return true;
        });
    return column(name);
  }

  /// The value of a column, checked: it can be assigned.
  Side side(Column column, String sql, boolean required, @Nullable String fallback, Place at)
      throws SQLException {
    Said said = assignable(column, sql, at);
    return new Side(
        column.quoted(),
        column.type(),
        column.exact(),
        said.expression(),
        !said.type().equals(column.type()),
        required,
        fallback);
  }

  Said assignable(Column column, String sql, Place at) throws SQLException {
    return tried(
        at,
        sql,
        () -> {
          Said said = said(sql);
          try {
            assign(column, said.expression().on(""));
            return said;
          } catch (SQLException e) {
            if (!OTHER_TYPE.equals(e.getSQLState())) {
              throw e;
            }
            // A bare 'word' has no type of its own; as written it takes the column's.
            assign(column, "(" + sql + "\n)");
            return said("CAST((%s\n) AS %s)".formatted(sql, column.plainType()));
          }
        });
  }

  /// An expression over a column that bears another's name in the end, over the column it is now.
  String over(String last, Column now, String sql, Place at) throws SQLException {
    return tried(
        at,
        sql,
        () ->
            Aside.rolledBack(
                connection,
                () -> {
                  send("ALTER TABLE %s DROP COLUMN %s".formatted(SHAPE, quoted(last)));
                  send(
                      "ALTER TABLE %s RENAME COLUMN %s TO %s"
                          .formatted(SHAPE, now.quoted(), quoted(last)));
                  Expression current = new Expression(Expression.MARK + "." + now.quoted());
                  return said(sql).expression().with(quoted(last), current).on("");
                }));
  }

  boolean assigns(Column column, String sql) throws SQLException {
    return accepted("UPDATE %s SET %s = %s".formatted(SHAPE, column.quoted(), sql));
  }

  /// The enum's name with its schema; it is made unless it is there.
  String makeEnum(TableName name, List<String> values, Place at) throws SQLException {
    String literals = values.stream().map(Identifiers::literal).collect(Collectors.joining(", "));
    return tried(
        at,
        name.toString(),
        () -> {
          if (!Prompt.asks(
              connection, "select pg_catalog.to_regtype(?) is not null", name.quoted())) {
            send("CREATE TYPE %s AS ENUM (%s)".formatted(name.quoted(), literals));
          }
          return Sql.one(
              connection,
              """
              select format('%I.%I', n.nspname, t.typname) from pg_catalog.pg_type t
              join pg_catalog.pg_namespace n on n.oid = t.typnamespace
              where t.oid = pg_catalog.to_regtype(?)
              """,
              row -> row.getString(1),
              name.quoted());
        });
  }

  private void assign(Column column, String sql) throws SQLException {
    Aside.rolledBack(
        connection,
        () -> {
          send("UPDATE %s SET %s = %s".formatted(SHAPE, column.quoted(), sql));
          return true;
        });
  }

  private Said said(String sql) throws SQLException {
    return Aside.rolledBack(
        connection,
        () -> {
          // A check takes what is over one row alone: no queries, no aggregates.
          send(
              "ALTER TABLE %s ADD CONSTRAINT segue_asked CHECK ((%s\n) IS NULL)"
                  .formatted(SHAPE, sql));
          send(
              "CREATE TEMP VIEW segue_said AS SELECT (%s\n) AS %s FROM %s AS %s, (SELECT 1) AS one"
                  .formatted(sql, VALUE, SHAPE, Expression.MARK));
          return Aside.pinned(connection, this::readSaid);
        });
  }

  private Said readSaid() throws SQLException {
    return Sql.one(
        connection,
        """
        select pg_get_viewdef('pg_temp.segue_said'::regclass) as definition,
          (select format_type(atttypid, atttypmod) from pg_attribute
           where attrelid = 'pg_temp.segue_said'::regclass and attnum = 1) as type,
          array(select quote_ident(a.attname) from pg_constraint k
                join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
                where k.conrelid = 'pg_temp.segue_shape'::regclass and k.conname = 'segue_asked'
                order by a.attnum) as inputs
        """,
        row -> {
          String definition = row.getString("definition").strip();
          String text =
              definition.substring(
                  "SELECT ".length(), definition.lastIndexOf(" AS " + VALUE + "\n"));
          return new Said(new Expression(text), row.getString("type"), Sql.texts(row, "inputs"));
        });
  }

  /// Whether rows that are there would have to be written to get this default.
  boolean rewrites(String type, String fallback, Place at) throws SQLException {
    String file = "select pg_catalog.pg_relation_filenode('" + SHAPE + "')";
    return tried(
        at,
        fallback,
        () ->
            Aside.rolledBack(
                connection,
                () -> {
                  long before = Sql.one(connection, file, row -> row.getLong(1));
                  send(
                      "ALTER TABLE %s ADD COLUMN segue_asked %s DEFAULT %s"
                          .formatted(SHAPE, type, fallback));
                  return before != Sql.one(connection, file, row -> row.getLong(1));
                }));
  }

  /// Whether it is the same at any time, for anybody.
  boolean constant(String type, String sql) throws SQLException {
    return accepted(
        "ALTER TABLE %s ADD COLUMN segue_asked %s GENERATED ALWAYS AS (%s\n) STORED"
            .formatted(SHAPE, type, sql));
  }

  boolean accepted(String sql) throws SQLException {
    try {
      return Aside.rolledBack(
          connection,
          () -> {
            send(sql);
            return true;
          });
    } catch (SQLException e) {
      if (connection.isClosed()) {
        throw e;
      }
      return false;
    }
  }

  /// A literal for what an expression gives for one value of another column.
  @Nullable String literal(Expression up, Column from, String value, Column to)
      throws SQLException {
    return Aside.pinned(
        connection,
        () ->
            Sql.one(
                connection,
                "select quote_literal((%s)::text) || '::%s' from (select (%s)::%s as %s) r"
                    .formatted(
                        up.on("").replace("?", "??"),
                        to.type().replace("'", "''"),
                        value,
                        from.type(),
                        from.quoted()),
                row -> row.getString(1)));
  }

  /// @throws SegueException USER `expression-refused`
  private static <T> T tried(Place at, String text, Aside.Work<T> work) throws SQLException {
    try {
      return work.done();
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (state.startsWith("42") || state.startsWith("22") || state.startsWith("0A")) {
        throw new SegueException(
            Kind.USER,
            "expression-refused",
            "%s: PostgreSQL refuses '%s': %s".formatted(at, text.strip(), e.getMessage()),
            null,
            e);
      }
      throw e;
    }
  }
}
