package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.SetDefault;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TransactionStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// `set-default`. Rows that are there stay as they are.
record DefaultSetting(SetDefault operation) implements Undertaking, Move {

  /// Partitions may have defaults of their own.
  private static final String OLD =
      """
      with recursive tree as (
        select ?::int8::oid as oid
        union all select h.inhrelid from pg_catalog.pg_inherits h join tree t on h.inhparent = t.oid)
      select c.oid::regclass::text as name, pg_catalog.pg_get_expr(d.adbin, d.adrelid) as old
      from tree t join pg_catalog.pg_class c on c.oid = t.oid
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = ?
      left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      order by c.oid
      """;

  @Override
  public List<Step> steps(Site site) {
    return List.of(new TransactionStep(site, this));
  }

  @Override
  public String id() {
    return "set-default-%s-%s".formatted(operation.table(), operation.column());
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public String title() {
    return "%s of %s gets the default %s"
        .formatted(operation.column(), operation.table(), operation.fallback());
  }

  @Override
  public Script script(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    String column = quoted(operation.column());
    List<String> back =
        Definitions.read(
            connection,
            OLD,
            row ->
                "ALTER TABLE ONLY %s ALTER COLUMN %s %s"
                    .formatted(
                        row.getString("name"),
                        column,
                        row.getString("old") == null
                            ? "DROP DEFAULT"
                            : "SET DEFAULT " + row.getString("old")),
            table.oid(),
            operation.column());
    return new Script(
        List.of(table.quoted()),
        List.of(
            new Statement(
                "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s"
                    .formatted(table.quoted(), column, operation.fallback().strip()),
                "ACCESS EXCLUSIVE on " + table.quoted(),
                "catalogue only: rows that are there stay as they are")),
        back,
        "select exists (select from pg_catalog.pg_attrdef d join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid = %d and a.attname = %s) or not %s"
            .formatted(
                table.oid(),
                literal(operation.column()),
                Conditions.column(table.oid(), operation.column())));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Defaults.ask(inquiry, operation, operation.table(), operation.column());
  }
}
