package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.columns.Table.Constraint;
import dev.segue.postgres.online.LongStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// `constraints-TABLE`: what holds for every row written since the columns are in step is proved of
/// the rows before.
record ConstraintStep(Wish wish) implements Step {

  @Override
  public String id() {
    return "constraints-" + wish.table();
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public boolean needed() {
    return wish.needs(design -> !names(design).isEmpty());
  }

  @Override
  public PlannedStep describe() {
    Design design = wish.design();
    return new PlannedStep(
        id(),
        stage(),
        "Prove the new columns' constraints of " + wish.table(),
        names(design).stream()
            .map(name ->
                new Statement(
                    validate(design.table(), name),
                    "SHARE UPDATE EXCLUSIVE on " + design.table().name(),
                    "reads every row; reads and writes go on"))
            .toList(),
        "Nothing to do: they go with the new columns",
        "PostgreSQL: each is proved or not; the next start proves those that are left");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    Design design = wish.design();
    List<String> names = names(design);
    for (String name : names) {
      LongStatement proof = proof(validate(design.table(), name), name);
      proof.endLeftovers(context);
      try {
        proof.run(context);
      } catch (SQLException e) {
        throw proof.failed(e);
      }
    }
    return Facts.of("constraints", names.size());
  }

  @Override
  public Facts takeBack(StepContext context) {
    for (String name : names(wish.design())) {
      proof("", name).endLeftovers(context);
    }
    return Facts.NONE;
  }

  private LongStatement proof(String sql, String name) {
    return new LongStatement(wish.site(), "proving " + name, sql, LongStatement.NO_PROGRESS);
  }

  /// One that was not proved for the old columns stays so.
  private static List<String> names(Design design) {
    List<String> names = new ArrayList<>();
    design.required().forEach(column -> names.add(design.table().notNullCheck(column)));
    design.constraints().keySet().stream()
        .filter(Constraint::validated)
        .map(Constraint::copy)
        .forEach(names::add);
    return names;
  }

  private static String validate(Table table, String name) {
    return "ALTER TABLE %s VALIDATE CONSTRAINT %s".formatted(table.name(), quoted(name));
  }
}
