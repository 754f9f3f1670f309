package dev.segue.postgres.online;

import static java.util.stream.Collectors.joining;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.locking.LockedTransaction;
import dev.segue.postgres.online.Effects.Effect;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Carries out a [Journey]. Its course is written down before its first piece is sent and forgotten
/// after the last piece of the way back: what is found of it in between is ours.
public record JourneyStep(Site site, Journey journey) implements Step {

  @Override
  public String id() {
    return journey.id();
  }

  @Override
  public Stage stage() {
    return journey.stage();
  }

  @Override
  public boolean needed() {
    if (!journey.perhaps()) {
      return true;
    }
    try (Connection connection = site.open("planning " + id())) {
      return !journey.plotter().plot(connection).there().isEmpty();
    } catch (SQLException e) {
      throw Sql.failed("planning " + id(), e);
    }
  }

  @Override
  public PlannedStep describe() {
    try (Connection connection = site.open("planning " + id())) {
      Course course = journey.plotter().plot(connection);
      String back = course.back().stream().map(Piece::sql).collect(joining("; "));
      return new PlannedStep(
          id(),
          stage(),
          journey.title(),
          course.there().stream().map(Piece::shown).toList(),
          journey.aboutTheWayBack() + (back.isEmpty() ? "" : ": " + back),
          "PostgreSQL: each statement is done or not; the next start looks and sends what is left");
    } catch (SQLException e) {
      throw Sql.failed("planning " + id(), e);
    }
  }

  @Override
  public Observation observe(StepContext context) {
    return Effects.seen(
        site,
        id(),
        Optional.empty(),
        "'" + journey.title() + "' was begun by %s and is not there, whole");
  }

  @Override
  public Facts apply(StepContext context) {
    endLeftovers(context);
    Travel travel = new Travel(site, id(), context);
    try {
      for (String piece : begun(context).there()) {
        travel.send(Piece.of(piece));
      }
    } catch (SQLException e) {
      throw Sql.failed("carrying out " + id(), e);
    }
    return travel.facts();
  }

  /// Makes the course and writes it down, unless that is done.
  private Effect begun(StepContext context) throws SQLException {
    try (Connection connection = site.open("preparing " + id())) {
      Effects.prepare(connection);
      Optional<Effect> effect = Effects.of(connection, site.change(), id());
      if (effect.isPresent()) {
        return effect.get();
      }
      Course course = journey.plotter().plot(connection);
      Effect begun = Effect.of(context.run(), course);
      written(connection, context, Effects.kept(site.change(), id(), begun));
      return begun;
    }
  }

  private static void written(Connection connection, StepContext context, Statement statement)
      throws SQLException {
    connection.setAutoCommit(false);
    context.fence().check(connection);
    Prompt.execute(connection, statement.text());
    connection.commit();
    connection.setAutoCommit(true);
  }

  @Override
  public Facts takeBack(StepContext context) {
    if (stage().ending()) {
      throw Irrevocable.refusal();
    }
    endLeftovers(context);
    Travel travel = new Travel(site, id(), context);
    try (Connection connection = site.open("taking back " + id())) {
      Optional<Effect> effect = Effects.of(connection, site.change(), id());
      if (effect.isEmpty()) {
        return Facts.NONE;
      }
      for (String piece : new ArrayList<>(effect.get().back())) {
        travel.send(Piece.of(piece));
      }
      written(connection, context, Effects.gone(site.change(), id()));
    } catch (SQLException e) {
      throw Sql.failed("taking back " + id(), e);
    }
    return travel.facts();
  }

  private void endLeftovers(StepContext context) {
    LongStatement.endLeftovers(site, Travel.purpose(site, id()), context);
  }

  /// One way, there or back.
  private static final class Travel {

    private final Site site;
    private final String id;
    private final StepContext context;
    private final List<Object> ended = new ArrayList<>();
    private double lockMs;
    private long statements;

    Travel(Site site, String id, StepContext context) {
      this.site = site;
      this.id = id;
      this.context = context;
    }

    static String purpose(Site site, String id) {
      return site.change() + " " + id;
    }

    void send(Piece piece) throws SQLException {
      switch (piece.way()) {
        case BRIEF -> briefly(piece);
        case LASTING -> lasting(piece);
        case PROOF -> proved(piece);
      }
    }

    private void briefly(Piece piece) {
      String on = piece.relations().isEmpty() ? id : String.join(", ", piece.relations());
      Facts measured =
          new LockedTransaction(
                  site.target(), "carrying out " + id, on, piece.relations(), List.of())
              .run(context, connection -> statements(piece.left(connection)));
      lockMs = Math.max(lockMs, measured.values().get("lock_ms") instanceof Double ms ? ms : 0);
      if (measured.values().get(LockedTransaction.ENDED) instanceof List<?> sessions) {
        ended.addAll(sessions);
      }
    }

    private List<Statement> statements(List<String> left) {
      statements += left.size();
      return left.stream().map(sql -> new Statement(sql, null, null)).toList();
    }

    private void lasting(Piece piece) throws SQLException {
      List<String> left;
      try (Connection connection = site.open("looking at " + id)) {
        left = piece.left(connection);
      }
      for (String sql : left) {
        statements++;
        LongStatement statement =
            new LongStatement(site, purpose(site, id), sql, LongStatement.progressOf(sql));
        statement.run(context);
      }
    }

    private void proved(Piece piece) throws SQLException {
      try (Connection connection = site.open("counting for " + id)) {
        long rows = Sql.one(connection, piece.sql(), row -> row.getLong(1));
        if (rows > 0) {
          throw new SegueException(
              Kind.EXTERNAL,
              "rows-violate",
              "%,d %s".formatted(rows, piece.note()),
              "Mend these rows, then run the same command again.");
        }
      }
    }

    /// `statements` sent, `lock_ms` of the longest lock, `ended_sessions`.
    Facts facts() {
      Facts facts = Facts.of("statements", statements).with("lock_ms", lockMs);
      return ended.isEmpty() ? facts : facts.with(LockedTransaction.ENDED, List.copyOf(ended));
    }
  }
}
