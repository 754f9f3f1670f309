package dev.segue.postgres.rehearsal;

import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.Database;
import dev.segue.conductor.Statement;
import dev.segue.postgres.definition.PinnedSession;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.definition.ScratchDatabase;
import dev.segue.postgres.facade.FacadePlan;
import dev.segue.postgres.facade.TableFacts;
import dev.segue.postgres.rehearsal.AppStatement.Version;
import dev.segue.postgres.rehearsal.Performance.Result;
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

  private static final int RESULT_TYPES_SINCE = 16;

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
      path = Sql.one(live, "show search_path", row -> row.getString(1));
      live.setAutoCommit(false);
      definition = SchemaDefinition.ofDatabase(live);
      live.rollback();
    }
    try (ScratchDatabase scratch = ScratchDatabase.like(target)) {
      List<String> lacking = new ArrayList<>(definition.leftOut());
      try (Connection maker = scratch.connect()) {
        PinnedSession.pin(maker);
        lacking.addAll(definition.createWhatCanBe(maker));
      }
      try (Connection stage = scratch.connect()) {
        look(stage, path);
        return acts(stage, path, statements, lacking);
      }
    }
  }

  private Performance acts(
      Connection stage, String path, List<AppStatement> statements, List<String> lacking)
      throws SQLException {
    List<FacadePlan> plans = new ArrayList<>();
    for (Map.Entry<String, List<RenameColumn>> table : renames.entrySet()) {
      FacadePlan plan = FacadePlan.of(TableFacts.read(stage, table.getKey()), table.getValue());
      if (isFacade(stage, plan)) {
        execute(stage, plan.takeBack());
      }
      plans.add(plan);
    }
    Map<AppStatement, Result> asItIs =
        prepare(stage, path, statements, s -> s.version() == Version.OLD);
    for (FacadePlan plan : plans) {
      execute(stage, plan.expand("rehearsal"));
    }
    Map<AppStatement, Result> together = prepare(stage, path, statements, s -> true);
    for (FacadePlan plan : plans) {
      execute(stage, plan.contract());
    }
    Map<AppStatement, Result> after =
        prepare(stage, path, statements, s -> s.version() == Version.NEW);
    return new Performance(asItIs, together, after, lacking);
  }

  /// One from an earlier run may stand in the live database, and so in its copy.
  private static boolean isFacade(Connection stage, FacadePlan plan) throws SQLException {
    return !Sql.list(
            stage,
            """
            select 1 from pg_catalog.pg_class c
              join pg_catalog.pg_namespace n on n.oid = c.relnamespace
             where n.nspname = ? and c.relname = ? and c.relkind = 'v'
            """,
            row -> row.getInt(1),
            plan.facts().schema(),
            plan.facts().table())
        .isEmpty();
  }

  private static void execute(Connection stage, List<Statement> statements) throws SQLException {
    for (Statement statement : statements) {
      Sql.execute(stage, statement.text());
    }
  }

  private static void look(Connection stage, String path) throws SQLException {
    Sql.one(
        stage,
        "select pg_catalog.set_config('search_path', ?, false)",
        row -> row.getString(1),
        path);
  }

  private static Map<AppStatement, Result> prepare(
      Connection stage, String path, List<AppStatement> statements, Predicate<AppStatement> which)
      throws SQLException {
    boolean tells = stage.getMetaData().getDatabaseMajorVersion() >= RESULT_TYPES_SINCE;
    Map<AppStatement, Result> results = new LinkedHashMap<>();
    for (AppStatement statement : statements) {
      if (which.test(statement)) {
        look(stage, statement.searchPath() == null ? path : statement.searchPath());
        results.put(statement, prepare(stage, statement, tells));
      }
    }
    look(stage, path);
    return results;
  }

  private static Result prepare(Connection stage, AppStatement statement, boolean tells)
      throws SQLException {
    String trouble = trouble(stage, statement.sql());
    if (trouble != null
        && (statement.mended().equals(statement.sql())
            || trouble(stage, statement.mended()) != null)) {
      return new Result(trouble, null);
    }
    @Nullable String columns = null;
    if (tells) {
      columns =
          Sql.one(
              stage,
              """
              select coalesce(result_types::text, '') from pg_catalog.pg_prepared_statements
               where name = 'segue_rehearsal'
              """,
              row -> row.getString(1));
    }
    Sql.execute(stage, "DEALLOCATE segue_rehearsal");
    return new Result(null, columns);
  }

  /// The server's words when it cannot be prepared; null when it has been.
  private static @Nullable String trouble(Connection stage, String sql) throws SQLException {
    try {
      Sql.execute(stage, "PREPARE segue_rehearsal AS " + sql);
      return null;
    } catch (SQLException e) {
      if (!stage.isValid(1)) {
        throw e;
      }
      return String.valueOf(e.getMessage()).lines().findFirst().orElse("no words");
    }
  }
}
