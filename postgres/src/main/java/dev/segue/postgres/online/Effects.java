package dev.segue.postgres.online;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Statement;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a change has done to the schema and not taken back, in `segue.effect` of the database
/// itself: each row is written by the transaction that does what it tells of, so that whoever comes
/// after a crash reads what happened, and with it the way back.
public final class Effects {

  /// Two that make the table at the same time come one after the other.
  private static final String MAKE =
      """
      select pg_catalog.pg_advisory_xact_lock(hashtext('segue schema'));
      create schema if not exists segue;
      create table if not exists segue.effect (
        change text not null,
        step text not null,
        run text not null,
        there text[] not null default '{}',
        back text[] not null,
        stands text,
        at timestamptz not null default now(),
        primary key (change, step)
      );
      comment on table segue.effect is 'What changes have done to the schema, with the way back';
      """;

  /// Read from the catalogue: to_regclass may answer from a memory older than a lock just got.
  private static final String THERE =
      """
      select true from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'segue' and c.relname = 'effect'
      """;

  private Effects() {}

  /// One of them.
  ///
  /// @param run that did it
  /// @param there what is left to be sent, in order, where it is more than one transaction
  /// @param back what takes it back, in order
  /// @param stands a query whose first value is true while nobody has undone it; null: not looked
  ///   at
  public record Effect(String run, List<String> there, List<String> back, @Nullable String stands) {
    public Effect {
      there = List.copyOf(there);
      back = List.copyOf(back);
    }

    static Effect of(String run, Course course) {
      return new Effect(
          run,
          course.there().stream().map(Piece::json).toList(),
          course.back().stream().map(Piece::json).toList(),
          course.stands());
    }

    boolean standsIn(Connection connection) throws SQLException {
      return stands == null || Effects.stands(connection, stands);
    }
  }

  /// Whether the query's first value is true.
  static boolean stands(Connection connection, String query) throws SQLException {
    return Prompt.texts(connection, query).stream().findFirst().orElse("f").equals("t");
  }

  /// What a step sees of its effect.
  ///
  /// @param besides another query that must be true as long as it stands
  /// @param broken what to tell people when it does not, with the run that did it in `%s`
  static Observation seen(Site site, String step, Optional<String> besides, String broken) {
    try (Connection connection = site.open("looking at " + step)) {
      Optional<Effect> effect = of(connection, site.change(), step);
      if (effect.isEmpty()) {
        return Observation.ABSENT;
      }
      String run = effect.get().run();
      return effect.get().standsIn(connection)
              && (besides.isEmpty() || stands(connection, besides.get()))
          ? new Observation.Present(Facts.of("done_by", run))
          : new Observation.Partial(broken.replace("%s", run), true);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + step, e);
    }
  }

  /// Makes the table where it is missing.
  ///
  /// @param connection with autocommit on
  public static void prepare(Connection connection) throws SQLException {
    if (!Prompt.asks(connection, THERE)) {
      Prompt.execute(connection, MAKE);
    }
  }

  public static Optional<Effect> of(Connection connection, String change, String step)
      throws SQLException {
    return of(connection, change).stream()
        .filter(kept -> kept.step().equals(step))
        .map(Kept::effect)
        .findFirst();
  }

  private static Effect read(ResultSet row) throws SQLException {
    return new Effect(
        row.getString("run"),
        Sql.texts(row, "there"),
        Sql.texts(row, "back"),
        row.getString("stands"));
  }

  /// An effect and the step that has it.
  public record Kept(String step, Effect effect) {}

  /// All of a change, in the order in which they came.
  public static List<Kept> of(Connection connection, String change) throws SQLException {
    return Prompt.asks(connection, THERE)
        ? Prompt.list(
            connection,
            "select step, run, there, back, stands from segue.effect where change = ? order by at",
            row -> new Kept(row.getString("step"), read(row)),
            change)
        : List.of();
  }

  /// To be sent in the transaction that has the effect.
  public static Statement kept(String change, String step, Effect effect) {
    String stands = effect.stands() == null ? "null" : literal(effect.stands());
    return new Statement(
        "insert into segue.effect (change, step, run, there, back, stands) values (%s, %s, %s, %s, %s, %s)"
            .formatted(
                literal(change),
                literal(step),
                literal(effect.run()),
                array(effect.there()),
                array(effect.back()),
                stands),
        null,
        null);
  }

  private static String array(List<String> texts) {
    return texts.stream()
        .map(text -> literal(text))
        .collect(Collectors.joining(", ", "array[", "]::text[]"));
  }

  /// To be sent in the transaction that takes it back.
  public static Statement gone(String change, String step) {
    return new Statement(
        "delete from segue.effect where change = %s and step = %s"
            .formatted(literal(change), literal(step)),
        null,
        null);
  }
}
