package dev.segue.postgres.rehearsal;

import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.online.Effects;
import dev.segue.postgres.online.Site;
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

/// A scratch copy of the schema, taken through the states of the change by its own steps, with
/// every statement of the application prepared in each. No row is copied, and of the application's
/// statements nothing is executed.
public final class Theatre {

  private static final int RESULT_TYPES_SINCE = 16;

  private final Site live;
  private final Act.Script script;
  private final Predicate<Step> planned;

  /// @param planned whether a step is in the plan
  public Theatre(Site live, Act.Script script, Predicate<Step> planned) {
    this.live = live;
    this.script = script;
    this.planned = planned;
  }

  /// @throws SchemaCopy.StepFailedException when a step cannot be carried out
  public Performance play(List<AppStatement> statements) throws SQLException {
    SchemaDefinition definition;
    String path;
    List<Effects.Kept> effects;
    try (Connection connection = live.open("copying the schema for the rehearsal")) {
      path = Sql.one(connection, "show search_path", row -> row.getString(1));
      effects = Effects.of(connection, live.change());
      connection.setAutoCommit(false);
      definition = SchemaDefinition.ofDatabase(connection);
      connection.rollback();
    }
    try (SchemaCopy copy = SchemaCopy.of(live, definition, path, "rehearsal");
        Connection stage = copy.connect()) {
      copy.adopt(effects);
      List<Act> all = script.at(copy.site());
      copy.reset(all);
      List<Act> acts = all.stream().filter(act -> planned.test(act.step())).toList();
      List<String> misfits = copy.misfits(acts);
      return misfits.isEmpty()
          ? acts(copy, stage, path, acts, statements)
          : Performance.notHeld(misfits);
    }
  }

  private Performance acts(
      SchemaCopy copy, Connection stage, String path, List<Act> acts, List<AppStatement> statements)
      throws SQLException {
    Map<AppStatement, Result> asItIs =
        prepare(stage, path, statements, s -> s.version() == Version.OLD);
    copy.play(acts, Stage.EXPAND);
    Map<AppStatement, Result> together = prepare(stage, path, statements, s -> true);
    copy.play(acts, Stage.CONTRACT);
    Map<AppStatement, Result> after =
        prepare(stage, path, statements, s -> s.version() == Version.NEW);
    List<String> lacking = new ArrayList<>(copy.lacking());
    acts.stream()
        .filter(Act::reachesOut)
        .map(act -> act.words() + " reaches beyond its database, so it was not carried out there")
        .forEach(lacking::add);
    return new Performance(asItIs, together, after, lacking, List.of());
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
