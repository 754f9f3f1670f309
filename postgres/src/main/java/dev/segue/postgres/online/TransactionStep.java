package dev.segue.postgres.online;

import dev.segue.change.SegueException;
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
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Carries out a [Move]. The transaction that does it writes down that it did, and how to undo it;
/// so it is done or not, and whoever comes next can tell.
public record TransactionStep(Site site, Move move) implements Step {

  @Override
  public String id() {
    return move.id();
  }

  @Override
  public Stage stage() {
    return move.stage();
  }

  @Override
  public boolean needed() {
    return move.needed();
  }

  @Override
  public boolean stays() {
    return move.stays();
  }

  @Override
  public PlannedStep describe() {
    try (Connection connection = site.open("planning " + id())) {
      Script script = move.script(connection);
      return new PlannedStep(
          id(),
          stage(),
          move.title(),
          transaction(script.relations()).shown(script.statements()),
          script.back().isEmpty()
              ? move.aboutTheWayBack()
              : move.aboutTheWayBack() + ": " + String.join("; ", script.back()),
          "PostgreSQL: it is one transaction, done or not; the next start looks");
    } catch (SQLException e) {
      throw Sql.failed("planning " + id(), e);
    }
  }

  @Override
  public Observation observe(StepContext context) {
    return Effects.seen(
        site,
        id(),
        move.stands(),
        "'" + move.title() + "' was done by %s, and somebody has undone it since");
  }

  @Override
  public Facts apply(StepContext context) {
    Facts found = move.before(context);
    List<String> relations;
    try (Connection connection = site.open("preparing " + id())) {
      Effects.prepare(connection);
      relations = move.script(connection).relations();
    } catch (SQLException e) {
      throw Sql.failed("preparing " + id(), e);
    }
    return transaction(relations).run(context, connection -> there(connection, context)).and(found);
  }

  private List<Statement> there(Connection connection, StepContext context) throws SQLException {
    if (Effects.of(connection, site.change(), id()).isPresent()) {
      return List.of();
    }
    Script script = move.script(connection);
    List<Statement> all = new ArrayList<>(script.statements());
    Effect effect = new Effect(context.run(), List.of(), script.back(), script.stands());
    all.add(Effects.kept(site.change(), id(), effect));
    return List.copyOf(all);
  }

  @Override
  public Facts takeBack(StepContext context) {
    if (stage().ending()) {
      throw Irrevocable.refusal();
    }
    Optional<Effect> effect;
    List<String> relations;
    try (Connection connection = site.open("looking at " + id())) {
      effect = Effects.of(connection, site.change(), id());
      if (effect.isEmpty()) {
        return Facts.NONE;
      }
      relations = relations(connection);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + id(), e);
    }
    Facts kept = move.keep(context);
    return transaction(relations).run(context, this::back).and(kept);
  }

  /// For naming who is in the way; the way back itself is in the record of the effect.
  private List<String> relations(Connection connection) throws SQLException {
    try {
      return move.script(connection).relations();
    } catch (SegueException e) {
      return List.of();
    }
  }

  private List<Statement> back(Connection connection) throws SQLException {
    Optional<Effect> effect = Effects.of(connection, site.change(), id());
    if (effect.isEmpty()) {
      return List.of();
    }
    List<Statement> all = new ArrayList<>();
    effect.get().back().forEach(sql -> all.add(new Statement(sql, null, null)));
    all.add(Effects.gone(site.change(), id()));
    return List.copyOf(all);
  }

  private LockedTransaction transaction(List<String> relations) {
    return new LockedTransaction(
        site.target(),
        "carrying out " + id(),
        relations.isEmpty() ? id() : String.join(", ", relations),
        relations,
        List.of());
  }
}
