package dev.segue.postgres.online;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Forgets what the change has written down of its effects, when the last of them is for good. The
/// same change begun once more would else find its steps done.
public record TidyStep(Site site) implements Irrevocable {

  private static final String FORGET = "delete from segue.effect where change = ?";

  /// A change that copied nothing has no such table.
  private static final String COPIED =
      "select pg_catalog.to_regclass('segue.backfill') is not null";

  private static final String FORGET_COPYING =
      "delete from segue.backfill where change = ? returning step";

  @Override
  public String id() {
    return "tidy";
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Forget the ways back",
        List.of(new Statement(FORGET, null, null)),
        "Cannot be taken back",
        "PostgreSQL: it is one transaction, done or not; the next start looks");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    try (Connection connection = site.open("forgetting the ways back of " + site.change())) {
      Effects.prepare(connection);
      connection.setAutoCommit(false);
      context.fence().check(connection);
      Prompt.list(connection, FORGET + " returning step", row -> row.getString(1), site.change());
      if (Prompt.asks(connection, COPIED)) {
        Prompt.list(connection, FORGET_COPYING, row -> row.getString(1), site.change());
      }
      connection.commit();
      return Facts.NONE;
    } catch (SQLException e) {
      throw Sql.failed("forgetting the ways back", e);
    }
  }
}
