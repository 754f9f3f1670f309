package dev.segue.postgres.schema;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.definition.Difference;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Keeps what the database is made of, so that the way back can end with a comparison.
record DefinitionStep(Site site) implements Step {

  static final String ID = "definition";

  private static final int SHOWN = 20;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.BASELINE;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        ID,
        stage(),
        "Keep the definition of everything in the database, to compare with it after a way back",
        List.of(),
        "Compare the schema with what was kept. What differs is told, never mended",
        "It only reads");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    try {
      return KeptDefinition.keep(live(site), context.directory());
    } catch (IOException e) {
      throw new SegueException(
          Kind.RESOURCES,
          "definition-not-kept",
          "The schema's definition cannot be written: " + e.getMessage(),
          "Make room in Segue's directory, or name another: --state DIR.",
          e);
    }
  }

  /// Others may change the schema meanwhile, and that is no reason to stop a way back.
  @Override
  public Facts takeBack(StepContext context) {
    Facts kept = context.factsOf(ID);
    if (kept.values().isEmpty()) {
      return Facts.NONE;
    }
    try {
      List<Difference> differences =
          KeptDefinition.read(context.directory(), kept).differences(live(site));
      return differences.isEmpty()
          ? Facts.of("definition", "as before, byte for byte")
          : Facts.of("definition", "not as before")
              .with(
                  "differences", differences.stream().limit(SHOWN).map(Difference::words).toList());
    } catch (SegueException e) {
      return Facts.of("definition", "not compared: " + e.getMessage());
    }
  }

  static SchemaDefinition live(Site site) {
    try (Connection connection = site.open("reading the schema's definition")) {
      connection.setAutoCommit(false);
      SchemaDefinition definition = SchemaDefinition.ofDatabase(connection);
      connection.rollback();
      return definition;
    } catch (SQLException e) {
      throw Sql.failed("reading the schema's definition", e);
    }
  }
}
