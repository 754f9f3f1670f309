package dev.segue.postgres.facade;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.StepContext.Window;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Remembers the transaction number right before the switch, so that a late way back can show what
/// was written since.
///
/// @param tables as the change file has them
public record MarkStep(Site site, List<String> tables) implements Step {

  public MarkStep {
    tables = List.copyOf(tables);
  }

  private static final String NOW = "SELECT pg_current_xact_id()";

  @Override
  public String id() {
    return "mark";
  }

  @Override
  public Stage stage() {
    return Stage.MARK;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Remember the transaction number before the switch",
        List.of(new Statement(NOW, null, null)),
        "Past the automatic window, rows written since the switch are copied to CSV files, for"
            + " people to look at: going back loses none. Before that there is nothing to do",
        "Nothing is left behind");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    try (Connection connection = site.open("marking")) {
      connection.setAutoCommit(false);
      context.fence().check(connection);
      String xid = Prompt.first(connection, NOW, row -> row.getString(1)).orElseThrow();
      connection.commit();
      return Facts.of("xid", xid);
    } catch (SQLException e) {
      throw Sql.failed("reading the transaction number", e);
    }
  }

  @Override
  public Facts takeBack(StepContext context) {
    String xid = context.factsOf(id()).text("xid").orElse(null);
    if (xid == null || !late(context.window())) {
      return Facts.NONE;
    }
    List<Map<String, Object>> files = new ArrayList<>();
    for (String table : tables) {
      context.progress("copying rows of " + table + " written since the switch", Double.NaN);
      new WrittenSince(site, table, xid).copyTo(context.directory()).ifPresent(files::add);
    }
    return Facts.of("written_since_switch", List.copyOf(files));
  }

  private static boolean late(Window window) {
    return switch (window) {
      case BEFORE, AUTOMATIC -> false;
      case BY_HAND, FORWARD_ONLY -> true;
    };
  }
}
