package dev.segue.postgres.backfill;

import dev.segue.backfill.Pace;
import dev.segue.backfill.Rhythm;
import dev.segue.backfill.Signals;
import dev.segue.backfill.Telling;
import dev.segue.change.PostgresBackfill;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.locking.Blockers;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Copies on one connection, batch by batch, pass by pass, until a pass finds nothing to do.
///
/// A batch is one transaction: the fence, one UPDATE over a range of keys, and the position. Rows
/// that somebody else has locked hold a batch up for a moment, and then are left to the next pass.
final class Copier {

  /// lock_not_available, deadlock_detected, serialization_failure
  private static final Set<String> HINDERED = Set.of("55P03", "40P01", "40001");

  private static final String TOOK_TOO_LONG = "57014";

  /// A partition that is no more.
  private static final String GONE = "42P01";

  private static final int TRIES = 3;
  private static final int FIRST_BATCH = 500;
  private static final int LARGEST_BATCH = 20_000;
  private static final Duration SHORT_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Site site;
  private final String step;
  private final Copying copying;
  private final StepContext context;
  private final Connection connection;
  private final boolean quiet;
  private final Rhythm rhythm;
  private List<Part> parts = List.of();
  private int hindered;
  private int fruitless;
  private long mark = System.nanoTime();

  /// @param connection with autocommit on
  Copier(
      Site site,
      String step,
      Copying copying,
      StepContext context,
      Connection connection,
      Signals signals)
      throws SQLException {
    this.site = site;
    this.step = step;
    this.copying = copying;
    this.context = context;
    this.connection = connection;
    this.quiet = BatchSession.mayBeQuiet(connection);
    PostgresBackfill settings = site.target().backfill();
    this.rhythm =
        new Rhythm(
            context,
            signals,
            Pace.of(new Pace.Bounds(settings.batchTime(), FIRST_BATCH, 1, LARGEST_BATCH)),
            settings.share());
  }

  /// From where a killed one left off.
  Facts copy() throws SQLException {
    Checkpoint.prepare(connection);
    Checkpoint at =
        Checkpoint.of(connection, site, step, context.run())
            .orElseGet(() -> Checkpoint.begin(context.run()));
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    connection.setAutoCommit(false);
    while (!at.finished()) {
      at = pass(at);
    }
    if (at.rows() > 0) {
      analyze();
    }
    return facts(at);
  }

  private Checkpoint pass(Checkpoint from) throws SQLException {
    parts = copying.set().isEmpty() ? List.of() : Part.of(connection, copying.table());
    connection.commit();
    long rowsBefore = from.rows();
    Telling telling =
        new Telling(
            context, doing(from), "rows", Math.max(Part.rows(parts), from.seen()), from.seen());
    Checkpoint at = from;
    for (Part each : parts) {
      Part part = from.pass() == 1 ? each : each.unsorted();
      if (part.oid() >= at.part()) {
        at = part(part, at.in(part), telling);
      }
    }
    if (at.found() > 0 && at.rows() == rowsBefore) {
      waitForLocks();
    } else {
      fruitless = 0;
    }
    Checkpoint turned = at.turn();
    context.fence().check(connection);
    turned.write(connection, site, step);
    connection.commit();
    return turned;
  }

  private String doing(Checkpoint at) {
    return at.pass() == 1 ? "copying" : "looking for rows left behind, pass " + at.pass();
  }

  private Checkpoint part(Part part, Checkpoint from, Telling telling) throws SQLException {
    Checkpoint at = from;
    boolean over = false;
    while (!over) {
      long seen = at.seen();
      Duration stopped = rhythm.go(() -> telling.tell(seen, rhythm.why()));
      long began = System.nanoTime();
      try {
        Checkpoint next = batch(part, at);
        hindered = 0;
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        over = next.position().isEmpty();
        rhythm.rest(over ? 0 : next.seen() - at.seen(), took);
        at = next.after(sinceMark(), stopped);
      } catch (SQLException e) {
        connection.rollback();
        if (GONE.equals(e.getSQLState()) && !there(part)) {
          return at;
        }
        again(e, part, at);
      }
      telling.tell(at.seen(), rhythm.why());
    }
    return at;
  }

  private Duration sinceMark() {
    long now = System.nanoTime();
    Duration since = Duration.ofNanos(now - mark);
    mark = now;
    return since;
  }

  private boolean there(Part part) throws SQLException {
    boolean there =
        Prompt.asks(connection, "select pg_catalog.to_regclass(?) is not null", part.table());
    connection.commit();
    return there;
  }

  private Checkpoint batch(Part part, Checkpoint at) throws SQLException {
    PostgresBackfill settings = site.target().backfill();
    context.fence().check(connection);
    List<String> first = BatchSession.writing(settings.batchTime(), quiet, rhythm.single());
    List<String> to =
        part.way().end(connection, first, part.table(), at.position(), rhythm.items());
    String range = part.way().within(at.position(), to);
    long done;
    long left = 0;
    if (hindered < TRIES) {
      done = BatchSession.update(connection, copying.update(part.table(), range));
    } else {
      done = BatchSession.update(connection, copying.updateOfFree(part.table(), range));
      String count = copying.count(part.table(), range);
      left = Sql.one(connection, count, row -> row.getLong(1));
    }
    long walked = to.isEmpty() ? done : rhythm.items();
    Checkpoint next = at.after(to, walked, done, left);
    next.write(connection, site, step);
    connection.commit();
    return next;
  }

  /// Makes the next try smaller, or gives up.
  private void again(SQLException e, Part part, Checkpoint at) throws SQLException {
    String state = String.valueOf(e.getSQLState());
    if (HINDERED.contains(state)) {
      hindered++;
      rhythm.halve();
      context.pause(SHORT_PAUSE.multipliedBy(1L << Math.min(hindered, 8)));
    } else if (state.equals(TOOK_TOO_LONG) || aboutTheRow(state)) {
      if (rhythm.single() && aboutTheRow(state)) {
        throw refused(e, part, at);
      }
      if (rhythm.single()) {
        throw e;
      }
      rhythm.halve();
    } else {
      throw e;
    }
  }

  /// Data exceptions, broken constraints, and what functions raise themselves.
  private static boolean aboutTheRow(String state) {
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("P0");
  }

  private SegueException refused(SQLException e, Part part, Checkpoint at) throws SQLException {
    List<String> to = part.way().end(connection, List.of(), part.table(), at.position(), 1);
    connection.rollback();
    String which =
        to.isEmpty() ? "the last one, " + part.way().name() : part.way().name() + " " + to;
    return new SegueException(
        Kind.EXTERNAL,
        "row-not-copied",
        "A row of %s (%s) cannot be copied: %s. %,d rows were."
            .formatted(part.table(), which, e.getMessage(), at.rows()),
        "Mend the row or the expression in the change file, then run it again.",
        e);
  }

  /// Nothing but locked rows is left.
  private void waitForLocks() throws SQLException {
    fruitless++;
    List<String> tables = parts.stream().map(Part::table).toList();
    String holders =
        Blockers.of(connection, tables).stream()
            .map(Blockers.Session::toString)
            .collect(Collectors.joining("\n  ", "\n  ", ""));
    connection.commit();
    if (fruitless >= site.target().lockAttempts()) {
      throw new SegueException(
          Kind.EXTERNAL,
          "lock-not-available",
          "Some rows of %s stayed locked through %d passes of copying. In transactions on it:%s"
              .formatted(copying.table(), fruitless, holders),
          "Let these sessions end, or end them with SELECT pg_terminate_backend(PID); then run the"
              + " same command again: what is copied stays copied.");
    }
    context.progress("waiting for locked rows, held perhaps by" + holders, Double.NaN);
    Duration pause = SHORT_PAUSE.multipliedBy(1L << Math.min(fruitless, 12));
    context.pause(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
  }

  /// The planner knows nothing of columns that have just been filled.
  private void analyze() throws SQLException {
    BatchSession.begin(connection, List.of("SET LOCAL lock_timeout = '1s'"));
    try {
      Sql.execute(connection, "ANALYZE " + copying.table() + " " + copying.columns());
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      if (!HINDERED.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
      context.progress("ANALYZE of " + copying.table() + " was not let in; autovacuum will", 1);
    }
  }

  private Facts facts(Checkpoint at) throws SQLException {
    long[] oids = parts.stream().mapToLong(Part::oid).toArray();
    long dead = 0;
    for (long oid : oids) {
      dead +=
          Sql.one(
              connection,
              "select pg_catalog.pg_stat_get_dead_tuples(?::oid)",
              row -> row.getLong(1),
              oid);
    }
    connection.commit();
    return facts(at, quiet).with("dead_rows", dead);
  }

  static Facts facts(Checkpoint at, boolean quiet) {
    double seconds = at.worked().toMillis() / 1000.0;
    return Facts.of("rows", at.rows())
        .with("batches", at.batches())
        .with("passes", (long) at.pass())
        .with("seconds", seconds)
        .with("rows_per_second", Math.round(at.rows() / Math.max(seconds, 0.001)))
        .with("throttled_ms", at.throttled().toMillis())
        .with("user_triggers", quiet ? "kept from firing" : "fired");
  }
}
