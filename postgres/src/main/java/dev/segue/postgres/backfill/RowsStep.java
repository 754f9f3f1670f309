package dev.segue.postgres.backfill;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Figures;
import dev.segue.backfill.Foreground;
import dev.segue.backfill.Probe;
import dev.segue.backfill.Signals;
import dev.segue.change.Backfill;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Gives the rows of a table their new form, as the change file declares it, and the old one back.
public record RowsStep(Site site, Backfill.Rows rows) implements Step {

  @Override
  public String id() {
    return rows.step();
  }

  /// Of the position on the last look for rows that were written in the old form.
  String caught() {
    return "catch-" + rows.name();
  }

  /// Of the position on the way back.
  String back() {
    return id() + " back";
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Give rows of "
            + rows.table()
            + " their new form: "
            + String.join(", ", rows.set().columns()),
        statements(),
        rows.keep() == Backfill.Keep.BACKUP
            ? "Not without the backup: 'segue restore'"
            : "Rows that still hold what was set get their old values back; what was written since"
                + " stays",
        "PostgreSQL: each batch is one transaction, its position in segue.backfill and what is kept"
            + " included; the next start goes on from there");
  }

  /// Before the change's own columns are there, only what the file says can be shown.
  private List<Statement> statements() {
    try (Connection connection = site.open("planning " + id())) {
      Declared declared = Declared.read(connection, rows);
      Keeping keeping = Keeping.of(connection, site, declared);
      Work work = keeping.forward(declared);
      String note =
          "%s; %d at once; old values are kept in %s"
              .formatted(
                  Forecast.of(connection, work.table(), declared.quietly())
                      .words(Terms.declared(rows.pace(), site), rows.workers()),
                  rows.workers(),
                  keeping.words());
      List<Statement> all = new ArrayList<>();
      for (Part part : Part.of(connection, work.table())) {
        all.add(
            new Statement(
                work.all(part.table(), part.way().shown(), true),
                "ROW EXCLUSIVE on " + part.table(),
                all.isEmpty() ? note : null));
      }
      return all;
    } catch (SegueException e) {
      return List.of(
          new Statement(
              "UPDATE %s SET %s".formatted(rows.table(), String.join(", ", rows.set().columns())),
              "ROW EXCLUSIVE on " + rows.table(),
              "in batches; more is known once its columns are there: " + e.getMessage()));
    } catch (SQLException e) {
      throw Sql.failed("planning " + id(), e);
    }
  }

  @Override
  public Observation observe(StepContext context) {
    try (Connection connection = site.open("looking at " + id())) {
      Optional<Checkpoint> found = Checkpoint.of(connection, site, id(), context.run());
      if (found.isEmpty()) {
        return Observation.ABSENT;
      }
      Checkpoint at = found.get();
      return at.finished()
          ? new Observation.Present(Facts.of("items", at.rows()))
          : new Observation.Partial(
              "%,d rows are done, in pass %d".formatted(at.rows(), at.pass()), true);
    } catch (SQLException e) {
      throw Sql.failed("looking at " + id(), e);
    }
  }

  @Override
  public Facts apply(StepContext context) {
    return apply(context, site::open);
  }

  Facts apply(StepContext context, BackfillStep.Opener opener) {
    return new Patience(site, "copying, " + id(), opener)
        .untilDone(context, connection -> copied(context, connection, opener));
  }

  private Facts copied(StepContext context, Connection connection, BackfillStep.Opener opener)
      throws SQLException {
    Declared declared = Declared.read(connection, rows);
    declared.fit(connection);
    Keeping keeping = Keeping.of(connection, site, declared);
    begin(context, connection);
    keeping.prepare(context);
    BadRows bad = bad(context, connection, declared);
    Work work = keeping.forward(declared);
    Job job =
        new Job(
            site,
            id(),
            "copying",
            work,
            Terms.declared(rows.pace(), site),
            declared.quietly(),
            Optional.of(bad));
    Facts facts;
    try (Foreground users = Foreground.watch(probe(connection, declared))) {
      facts = copied(job, context, connection, opener).and(users.facts());
    }
    FailedTable.Count count = new FailedTable(site, id()).count(connection);
    connection.commit();
    return figures(facts, count, keeping);
  }

  /// What happens to rows that cannot be done, and could not before.
  BadRows bad(StepContext context, Connection connection, Declared declared) throws SQLException {
    FailedTable table = new FailedTable(site, id());
    table.prepare(connection);
    Failures failures = new Failures(rows.failures(), FailedRows.file(context, rows));
    failures.heldBy(told -> table.each(connection, told));
    failures.looked(looked(connection, context));
    return new BadRows(declared, table, failures);
  }

  private Facts copied(
      Job job, StepContext context, Connection connection, BackfillStep.Opener opener)
      throws SQLException {
    Set<Integer> pids = ConcurrentHashMap.newKeySet();
    pids.add(ServerSignals.pid(connection));
    try (Signals signals = Signals.of(rows.pace(), ServerSignals.open(site, rows.pace(), pids))) {
      Copier copier = new Copier(job, context, connection, signals);
      if (rows.workers() == 1) {
        return copier.copy();
      }
      try (Crew crew = new Crew(job, rows.workers(), context, connection, opener, signals, pids)) {
        return copier.copy(Optional.of(crew));
      }
    }
  }

  /// By a run that was killed.
  private long looked(Connection connection, StepContext context) throws SQLException {
    long looked = 0;
    for (Checkpoint each : positions(connection, context)) {
      Counts counts = each.counts();
      looked += each.pass() == 1 ? counts.seen() : counts.rows() + counts.already();
    }
    return looked;
  }

  private List<Checkpoint> positions(Connection connection, StepContext context)
      throws SQLException {
    List<Checkpoint> all =
        new ArrayList<>(Checkpoint.ranges(connection, site, id(), context.run()));
    Checkpoint.of(connection, site, id(), context.run()).ifPresent(all::add);
    return all;
  }

  private Probe probe(Connection connection, Declared declared) throws SQLException {
    return new TableProbe(site, Part.of(connection, declared.writes().table()));
  }

  /// A position before anything is made: from here on something may be there to take back.
  private void begin(StepContext context, Connection connection) throws SQLException {
    Checkpoint.prepare(connection);
    if (Checkpoint.of(connection, site, id(), context.run()).isEmpty()) {
      connection.setAutoCommit(false);
      context.fence().check(connection);
      Checkpoint.forget(connection, site, id());
      Checkpoint.forget(connection, site, back());
      new FailedTable(site, id()).forget(connection);
      Checkpoint.begin(context.run()).write(connection, site, id());
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  /// The same for every store, and what only this one says.
  private static Facts figures(Facts facts, FailedTable.Count count, Keeping keeping) {
    Figures figures =
        new Figures(
            facts.number("rows").orElse(0L),
            facts.number("already").orElse(0L),
            count.failed(),
            count.replaced(),
            null,
            facts.number("batches").orElse(0L),
            facts.number("passes").orElse(0L),
            java.time.Duration.ofMillis(Math.round(seconds(facts) * 1000)),
            java.time.Duration.ofMillis(facts.number("throttled_ms").orElse(0L)),
            keeping.words());
    return facts.and(figures.facts());
  }

  private static double seconds(Facts facts) {
    return facts.values().get("seconds") instanceof Double d ? d : 0;
  }

  @Override
  public Facts takeBack(StepContext context) {
    return takeBack(context, site::open);
  }

  Facts takeBack(StepContext context, BackfillStep.Opener opener) {
    return new Patience(site, "giving back old values, " + id(), opener)
        .untilDone(context, connection -> takenBack(context, connection));
  }

  private Facts takenBack(StepContext context, Connection connection) throws SQLException {
    Declared declared = Declared.read(connection, rows);
    Keeping keeping = Keeping.of(connection, site, declared);
    Facts facts = Facts.NONE;
    if (keeping.there(connection)) {
      facts = new WayBack(this, context, connection, declared, keeping).given();
      keeping.remove(context);
    } else if (keeping instanceof Keeping.Nowhere && done(connection, context) > 0) {
      throw onlyTheBackup();
    }
    forget(context, connection);
    return facts;
  }

  private long done(Connection connection, StepContext context) throws SQLException {
    return positions(connection, context).stream().mapToLong(Checkpoint::rows).sum();
  }

  void forget(StepContext context, Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    BatchSession.durably(connection);
    context.fence().check(connection);
    Checkpoint.forget(connection, site, id());
    Checkpoint.forget(connection, site, back());
    Checkpoint.forget(connection, site, caught());
    Checkpoint.forget(connection, site, Again.position(rows));
    new FailedTable(site, id()).forget(connection);
    connection.commit();
  }

  private SegueException onlyTheBackup() {
    return new SegueException(
        Kind.REFUSED,
        "way-back-is-backup",
        "Old values of %s were not kept: 'keep: backup' says that the way back is the backup."
            .formatted(rows.table()),
        "Go forward; or stop the application and restore the backup: segue restore FILE");
  }
}
