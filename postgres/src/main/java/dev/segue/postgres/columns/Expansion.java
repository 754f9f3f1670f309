package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;
import static java.util.stream.Collectors.joining;

import dev.segue.conductor.Statement;
import dev.segue.postgres.columns.Table.Column;
import dev.segue.postgres.columns.Table.Constraint;
import dev.segue.postgres.online.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The transaction that begins to keep columns in step. Trigger, columns and checks come together:
/// no row can be written between them.
final class Expansion {

  private final Design design;
  private final Table table;
  private final List<Statement> all = new ArrayList<>();
  private final List<String> back = new ArrayList<>();

  private Expansion(Design design) {
    this.design = design;
    this.table = design.table();
  }

  static Script of(Design design) {
    Expansion expansion = new Expansion(design);
    expansion.there();
    expansion.back();
    return new Script(design.relations(), expansion.all, expansion.back);
  }

  private void there() {
    exclusive(
        "LOCK TABLE " + table.name() + " IN ACCESS EXCLUSIVE MODE", "catalogue only from here on");
    design.types().values().forEach(this::plain);
    for (NewColumn column : design.made()) {
      if (column.identity() != null) {
        plain("CREATE SEQUENCE " + column.sequence(table));
      }
    }
    if (design.hasTrigger()) {
      plain(TriggerFunction.text(table.function(), design.links(), design.fills()));
    }
    columns();
    if (design.hasTrigger()) {
      plain(
          "CREATE TRIGGER %s BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %s()"
              .formatted(Table.TRIGGER, table.name(), table.function()));
    }
    for (String column : design.required()) {
      plain(
          "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID"
              .formatted(table.name(), quoted(table.notNullCheck(column)), quoted(column)));
    }
    for (Map.Entry<Constraint, String> copy : design.constraints().entrySet()) {
      plain(
          "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID"
              .formatted(table.name(), quoted(copy.getKey().copy()), copy.getValue()));
    }
  }

  private void columns() {
    if (!design.made().isEmpty()) {
      exclusive(
          "ALTER TABLE %s %s"
              .formatted(
                  table.name(),
                  design.made().stream()
                      .map(c ->
                          "ADD COLUMN " + c.column().definition(c.column().quoted()) + c.added())
                      .collect(joining(", "))),
          "rows that are there stay as they are");
    }
    for (NewColumn column : design.made()) {
      String name = column.column().quoted();
      String fallback = fallback(column);
      if (fallback != null) {
        plain(
            "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s"
                .formatted(table.name(), name, fallback));
      }
      if (column.identity() != null) {
        plain(
            "ALTER SEQUENCE %s OWNED BY %s.%s"
                .formatted(column.sequence(table), table.name(), name));
      }
      if (column.like() != null) {
        hangingOn(column.like(), name, column.sameType());
      }
    }
  }

  private @Nullable String fallback(NewColumn column) {
    return column.identity() == null
        ? column.fallback()
        : "nextval(" + literal(column.sequence(table)) + "::regclass)";
  }

  private void hangingOn(Column old, String name, boolean sameType) {
    List<String> settings = new ArrayList<>(old.settings());
    if (sameType) {
      settings.addAll(old.storage());
    }
    for (String setting : settings) {
      plain("ALTER TABLE %s ALTER COLUMN %s %s".formatted(table.name(), name, setting));
    }
    if (old.comment() != null) {
      plain("COMMENT ON COLUMN %s.%s IS %s".formatted(table.name(), name, literal(old.comment())));
    }
    old.grants().forEach(grant -> plain(grant.replace("%s", name)));
  }

  private void back() {
    if (design.hasTrigger()) {
      back.add("DROP TRIGGER IF EXISTS %s ON %s".formatted(Table.TRIGGER, table.name()));
      back.add("DROP FUNCTION IF EXISTS " + table.function() + "()");
    }
    List<String> drops = new ArrayList<>();
    design.constraints().keySet().forEach(c -> drops.add(drop("CONSTRAINT", c.copy())));
    design.required().forEach(c -> drops.add(drop("CONSTRAINT", table.notNullCheck(c))));
    design.made().forEach(c -> drops.add(drop("COLUMN", c.name())));
    if (!drops.isEmpty()) {
      back.add("ALTER TABLE %s %s".formatted(table.name(), String.join(", ", drops)));
    }
    design.types().keySet().forEach(type -> back.add("DROP TYPE IF EXISTS " + type));
  }

  private static String drop(String what, String name) {
    return "DROP %s IF EXISTS %s".formatted(what, quoted(name));
  }

  private void plain(String sql) {
    all.add(new Statement(sql, null, null));
  }

  private void exclusive(String sql, String note) {
    all.add(new Statement(sql, "ACCESS EXCLUSIVE on " + table.name(), note));
  }
}
