package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.change.Place;
import dev.segue.change.SchemaOperation.AddEnumValue;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TransactionStep;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Nearest;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `add-enum-value`. PostgreSQL cannot take a value away again: it stays.
record EnumValueAddition(AddEnumValue operation) implements Undertaking, Move {

  private record Type(long oid, String schema, String name, boolean ours, List<String> values) {
    Type {
      values = List.copyOf(values);
    }

    String quoted() {
      return Identifiers.quoted(schema, name);
    }
  }

  @Override
  public List<Step> steps(Site site) {
    return List.of(new TransactionStep(site, this));
  }

  @Override
  public String id() {
    return "add-enum-value-%s-%s".formatted(operation.type(), operation.value());
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public String title() {
    return "Add value %s to %s".formatted(operation.value(), operation.type());
  }

  @Override
  public boolean stays() {
    return true;
  }

  @Override
  public String aboutTheWayBack() {
    return "The value stays: PostgreSQL cannot take it away";
  }

  @Override
  public Script script(Connection connection) throws SQLException {
    Type type = required(connection);
    String place =
        operation.before() != null
            ? " BEFORE " + literal(operation.before())
            : operation.after() != null ? " AFTER " + literal(operation.after()) : "";
    List<Statement> statements =
        type.values().contains(operation.value())
            ? List.of()
            : List.of(
                new Statement(
                    "ALTER TYPE %s ADD VALUE %s%s"
                        .formatted(type.quoted(), literal(operation.value()), place),
                    null,
                    "no table is locked"));
    return new Script(
        List.of(),
        statements,
        List.of(),
        "select exists (select from pg_catalog.pg_enum where enumtypid = %d and enumlabel = %s)"
            .formatted(type.oid(), literal(operation.value())));
  }

  private Type required(Connection connection) throws SQLException {
    Optional<Type> type = find(connection);
    if (type.isEmpty()) {
      List<String> names =
          Prompt.texts(connection, "select typname from pg_catalog.pg_type where typtype = 'e'");
      throw Refusal.notPossible(
          operation.at(),
          "there is no enum %s%s"
              .formatted(operation.type(), Nearest.hint(Nearest.to(operation.type(), names))),
          null);
    }
    return type.get();
  }

  private Optional<Type> find(Connection connection) throws SQLException {
    TableName name = TableName.parse(operation.type());
    return Prompt.first(
        connection,
        """
        select t.oid::int8 as oid, n.nspname, t.typname,
          pg_catalog.pg_has_role(t.typowner, 'usage') as ours,
          array(select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid
            order by e.enumsortorder) as labels
        from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
        where t.typtype = 'e' and t.typname = ?
          and (n.nspname = ? or (?::text is null and pg_catalog.pg_type_is_visible(t.oid)))
        """,
        row ->
            new Type(
                row.getLong("oid"),
                row.getString("nspname"),
                row.getString("typname"),
                row.getBoolean("ours"),
                Sql.texts(row, "labels")),
        name.table(),
        name.schema(),
        name.schema());
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Type> found = find(inquiry.connection());
    if (found.isEmpty()) {
      inquiry.plotted(connection -> {
        required(connection);
        throw new IllegalStateException("it was not there");
      });
      return;
    }
    Type type = found.get();
    if (!type.ours()) {
      inquiry.refuse(operation.at(), type.quoted() + " belongs to another role", null);
    }
    neighbour(inquiry, type, operation.before(), operation.where().of("before"));
    neighbour(inquiry, type, operation.after(), operation.where().of("after"));
    if (type.values().contains(operation.value())) {
      inquiry.warn(
          operation.where().of("value"),
          "%s has the value %s already; it stays where it is"
              .formatted(type.quoted(), operation.value()),
          null);
    } else {
      inquiry.warn(
          operation.where().of("value"),
          "%s of %s stays when the change is taken back: PostgreSQL cannot take a value away"
              .formatted(operation.value(), type.quoted()),
          null);
    }
  }

  private static void neighbour(Inquiry inquiry, Type type, @Nullable String value, Place at) {
    if (value != null && !type.values().contains(value)) {
      inquiry.refuse(
          at,
          "%s has no value %s%s"
              .formatted(type.quoted(), value, Nearest.hint(Nearest.to(value, type.values()))),
          null);
    }
  }
}
