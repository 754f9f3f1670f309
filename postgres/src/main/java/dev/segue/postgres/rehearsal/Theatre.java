package dev.segue.postgres.rehearsal;

import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.Database;
import dev.segue.conductor.Statement;
import dev.segue.postgres.definition.PinnedSession;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.definition.ScratchDatabase;
import dev.segue.postgres.rehearsal.AppStatement.Version;
import dev.segue.postgres.rehearsal.Performance.Result;
import dev.segue.postgres.schema.FacadePlan;
import dev.segue.postgres.schema.TableFacts;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A scratch copy of the schema, taken through the states of the change with every statement
/// prepared in each. Nothing is executed and no row is copied.
final class Theatre {

  private static final int RESULT_TYPES_SINCE = 160_000;

  private final PostgresTarget target;
  private final Map<String, List<RenameColumn>> renames;

  /// @param renames by table, as the change file has it
  Theatre(PostgresTarget target, Map<String, List<RenameColumn>> renames) {
    this.target = target;
    this.renames = renames;
  }

  Performance play(List<AppStatement> statements) throws SQLException {
    SchemaDefinition definition;
    String path;
    try (Connection live = Database.open(target.url(), "copying the schema for the rehearsal")) {
      path = Sql.list(live, "show search_path", row -> row.getString(1)).getFirst();
      live.setAutoCommit(false);
      definition = SchemaDefinition.ofDatabase(live);
      live.rollback();
    }
    try (ScratchDatabase scratch = ScratchDatabase.like(target)) {
      try (Connection maker = scratch.connect()) {
        PinnedSession.pin(maker);
        definition.createWhatCanBe(maker);
      }
      try (Connection stage = scratch.connect()) {
        Sql.list(
            stage,
            "select pg_catalog.set_config('search_path', ?, false)",
            row -> row.getString(1),
            path);
        return acts(stage, statements);
      }
    }
  }

  private Performance acts(Connection stage, List<AppStatement> statements) throws SQLException {
    List<FacadePlan> plans = new ArrayList<>();
    for (Map.Entry<String, List<RenameColumn>> table : renames.entrySet()) {
      plans.add(FacadePlan.of(TableFacts.read(stage, table.getKey()), table.getValue()));
    }
    Map<AppStatement, Result> asItIs = prepare(stage, statements, s -> s.version() == Version.OLD);
    for (FacadePlan plan : plans) {
      execute(stage, plan.expand("rehearsal"));
    }
    Map<AppStatement, Result> together = prepare(stage, statements, s -> true);
    for (FacadePlan plan : plans) {
      execute(stage, plan.contract());
    }
    Map<AppStatement, Result> after = prepare(stage, statements, s -> s.version() == Version.NEW);
    return new Performance(asItIs, together, after);
  }

  private static void execute(Connection stage, List<Statement> statements) throws SQLException {
    for (Statement statement : statements) {
      Sql.execute(stage, statement.text());
    }
  }

  private static Map<AppStatement, Result> prepare(
      Connection stage, List<AppStatement> statements, Predicate<AppStatement> which)
      throws SQLException {
    boolean tells = stage.getMetaData().getDatabaseMajorVersion() * 10_000 >= RESULT_TYPES_SINCE;
    Map<AppStatement, Result> results = new LinkedHashMap<>();
    for (AppStatement statement : statements) {
      if (which.test(statement)) {
        results.put(statement, prepare(stage, statement, tells));
      }
    }
    return results;
  }

  private static Result prepare(Connection stage, AppStatement statement, boolean tells)
      throws SQLException {
    try {
      Sql.execute(stage, "PREPARE segue_rehearsal AS " + statement.sql());
    } catch (SQLException e) {
      return new Result(firstLine(e.getMessage()), null);
    }
    @Nullable String columns = null;
    if (tells) {
      columns =
          Sql.list(
                  stage,
                  """
                  select coalesce(result_types::text, '') from pg_catalog.pg_prepared_statements
                   where name = 'segue_rehearsal'
                  """,
                  row -> row.getString(1))
              .getFirst();
    }
    Sql.execute(stage, "DEALLOCATE segue_rehearsal");
    return new Result(null, columns);
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "no words" : message.lines().findFirst().orElse(message);
  }
}
