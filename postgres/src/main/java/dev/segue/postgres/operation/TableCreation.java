package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.CreateTable;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Effects;
import dev.segue.postgres.online.Effects.Effect;
import dev.segue.postgres.online.Move;
import dev.segue.postgres.online.Script;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TransactionStep;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `create-table`.
record TableCreation(CreateTable operation) implements Undertaking {

  private static final Pattern REFERENCED =
      Pattern.compile(
          "\\breferences\\s+((?:\"[^\"]+\"|[^\\s(,\".]+)(?:\\.(?:\"[^\"]+\"|[^\\s(,\".]+))?)",
          Pattern.CASE_INSENSITIVE);

  @Override
  public List<Step> steps(Site site) {
    return List.of(new TransactionStep(site, new Creation(site, operation)));
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Relation table = Relation.coming(inquiry.connection(), operation.name(), "r");
    inquiry.createsIn(operation.at(), table.schema());
    if (Prompt.texts(
            inquiry.connection(), "select " + Conditions.relation(table.schema(), table.name()))
        .contains("t")) {
      inquiry.refuse(operation.at(), table.quoted() + " is there already", null);
    }
  }

  private record Creation(Site site, CreateTable operation) implements Move {

    @Override
    public String id() {
      return "create-table-" + operation.name();
    }

    @Override
    public Stage stage() {
      return Stage.EXPAND;
    }

    @Override
    public String title() {
      return "Create table " + operation.name();
    }

    @Override
    public String aboutTheWayBack() {
      return "Dropped when it is empty; with rows in it, it is put aside into schema segue";
    }

    @Override
    public Script script(Connection connection) throws SQLException {
      Relation table = Relation.coming(connection, operation.name(), "r");
      String options = operation.options() == null ? "" : " " + operation.options().strip();
      List<String> others = List.copyOf(referenced());
      return new Script(
          others,
          List.of(
              new Statement(
                  "CREATE TABLE %s (%s)%s"
                      .formatted(table.quoted(), operation.columns().strip(), options),
                  others.isEmpty() ? null : "SHARE ROW EXCLUSIVE on " + String.join(", ", others),
                  "nobody uses it yet")),
          List.of(back(table)),
          "select " + Conditions.relation(table.schema(), table.name()));
    }

    private Set<String> referenced() {
      Set<String> names = new LinkedHashSet<>();
      Matcher matcher = REFERENCED.matcher(operation.columns());
      while (matcher.find()) {
        names.add(matcher.group(1));
      }
      return names;
    }

    /// What the new version wrote is not thrown away: a table with rows is only put aside.
    private String back(Relation table) {
      String kept =
          "(SELECT pg_catalog.left(%s || '_' || run, 63) FROM segue.effect WHERE change = %s AND step = %s)"
              .formatted(literal(table.name()), literal(site.change()), literal(id()));
      return """
      DO $segue$ BEGIN
        IF to_regclass(%1$s) IS NULL THEN RETURN; END IF;
        LOCK TABLE %2$s IN ACCESS EXCLUSIVE MODE;
        IF EXISTS (SELECT FROM %2$s) THEN
          EXECUTE format('ALTER TABLE %%s RENAME TO %%I', %1$s, %3$s);
          EXECUTE format('ALTER TABLE %%I.%%I SET SCHEMA segue', %4$s, %3$s);
        ELSE
          DROP TABLE %2$s;
        END IF;
      END $segue$\
      """
          .formatted(literal(table.quoted()), table.quoted(), kept, literal(table.schema()));
    }

    /// The name that the way back gives it.
    @Override
    public Facts keep(StepContext context) {
      try (Connection connection = site.open("looking at what is in " + operation.name())) {
        Optional<Effect> effect = Effects.of(connection, site.change(), id());
        Optional<Relation> table = Relation.find(connection, operation.name());
        if (effect.isEmpty()
            || table.isEmpty()
            || !Prompt.asks(
                connection, "select exists (select from %s)".formatted(table.get().quoted()))) {
          return Facts.NONE;
        }
        String name =
            Prompt.list(
                    connection,
                    "select pg_catalog.left(? || '_' || ?, 63)",
                    row -> row.getString(1),
                    table.get().name(),
                    effect.get().run())
                .getFirst();
        return Facts.of("kept_as", quoted("segue", name));
      } catch (SQLException e) {
        throw Sql.failed("looking at what is in " + operation.name(), e);
      }
    }
  }
}
