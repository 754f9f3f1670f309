package dev.segue.postgres.backfill;

import dev.segue.backfill.Pace;
import dev.segue.backfill.Rhythm;
import dev.segue.backfill.Signals;
import dev.segue.backfill.Telling;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Copies on one connection, batch by batch, pass by pass, until a pass finds nothing to do.
///
/// A batch is one transaction: the fence, one UPDATE over a range of keys, and the position; in two
/// round trips besides the fence's. Rows that somebody else has locked hold a batch up for a
/// moment, and then are left to the next pass.
final class Copier {

  /// lock_not_available, deadlock_detected, serialization_failure
  private static final Set<String> HINDERED = Set.of("55P03", "40P01", "40001");

  static final String TOOK_TOO_LONG = "57014";

  /// A partition that is no more.
  private static final String GONE = "42P01";

  private static final int TRIES = 3;
  private static final int FIRST_BATCH = 500;

  /// What a statement costs by itself is not spent on fewer, unless they cannot be done otherwise.
  private static final int LEAST_BATCH = 20;

  private static final Duration SHORT_PAUSE = Duration.ofMillis(20);

  private final Job job;
  private final Site site;
  private final Work work;
  private final StepContext context;
  private final Connection connection;
  private final boolean quiet;
  private final boolean counts;
  private final Rhythm rhythm;
  private final Ahead ahead;
  private List<Part> parts = List.of();
  private int hindered;
  private boolean careful;
  private long mark = System.nanoTime();

  /// How long the rows of the last batch were, by the server's clock: what its size goes by.
  private Duration locked = Duration.ZERO;

  /// Where a worker says how far it is.
  @FunctionalInterface
  interface Teller {
    /// @param why what slows it down; blank: nothing
    void tell(long seen, String why);
  }

  /// Goes over all ranges of a pass, several at once.
  @FunctionalInterface
  interface Crew {
    Checkpoint pass(List<Part> parts, Checkpoint from) throws SQLException;
  }

  /// @param connection with autocommit on
  Copier(Job job, StepContext context, Connection connection, Signals signals) throws SQLException {
    this.job = job;
    this.site = job.site();
    this.work = job.work();
    this.context = context;
    this.connection = connection;
    this.quiet = job.quietly() && BatchSession.mayBeQuiet(connection);
    Checkpoint.prepare(connection);
    this.counts = Checkpoint.mayCount(connection);
    Terms terms = job.terms();
    int most = terms.largestBatch();
    this.rhythm =
        new Rhythm(
            context,
            signals,
            new Pace.Bounds(Math.min(FIRST_BATCH, most), Math.min(LEAST_BATCH, most), most),
            terms.pace().batchTime(),
            terms.pace().share());
    this.ahead = new Ahead(connection, work, rhythm.batchTime());
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
  }

  /// From where a killed one left off, on this connection alone.
  Facts copy() throws SQLException {
    return copy(Optional.empty());
  }

  /// From where a killed one left off.
  Facts copy(Optional<Crew> crew) throws SQLException {
    Checkpoint at =
        Checkpoint.of(connection, site, job.step(), context.run())
            .orElseGet(() -> Checkpoint.begin(context.run()));
    connection.setAutoCommit(false);
    Passes passes = new Passes(job, context, connection, at.pass());
    while (!at.finished()) {
      at = pass(at, crew, passes);
    }
    if (at.rows() > 0 && !work.analyzed().isEmpty()) {
      analyze();
    }
    return facts(at);
  }

  /// One range to its end.
  Checkpoint range(Checkpoint from, Teller teller) throws SQLException {
    connection.setAutoCommit(false);
    parts = parts(from);
    connection.commit();
    for (Part part : parts) {
      if (part.oid() == from.part()) {
        return part(part, from, teller);
      }
    }
    // A partition that is no more.
    return from.after(List.of(), 0, 0, 0);
  }

  private Checkpoint pass(Checkpoint from, Optional<Crew> crew, Passes passes) throws SQLException {
    parts = work.none() ? List.of() : parts(from);
    connection.commit();
    Checkpoint at = crew.isPresent() ? crew.get().pass(parts, from) : alone(from);
    return turn(at, passes.last(from, at));
  }

  private List<Part> parts(Checkpoint at) throws SQLException {
    List<Part> all = Part.of(connection, work.table());
    return at.pass() == 1 ? all : all.stream().map(Part::unsorted).toList();
  }

  private Checkpoint alone(Checkpoint from) throws SQLException {
    Telling telling =
        new Telling(
            context,
            job.doing(from.pass()),
            "rows",
            Math.max(Part.rows(parts), from.counts().seen()),
            from.counts().seen(),
            job::failed);
    Checkpoint at = from;
    for (Part part : parts) {
      if (part.oid() >= at.part()) {
        at = part(part, at.in(part), telling::tell);
      }
    }
    return at;
  }

  private Checkpoint turn(Checkpoint at, boolean last) throws SQLException {
    Checkpoint turned = at.turn(last);
    BatchSession.durably(connection);
    context.fence().check(connection);
    if (at.pass() == 1 && at.rows() > 0 && work.afterFirstPass().isPresent()) {
      Sql.execute(connection, work.afterFirstPass().get());
    }
    Checkpoint.forgetRanges(connection, site, job.step());
    turned.write(connection, site, job.step());
    connection.commit();
    return turned;
  }

  private Checkpoint part(Part part, Checkpoint from, Teller telling) throws SQLException {
    Checkpoint at = from;
    boolean over = false;
    ahead.begin();
    while (!over) {
      long seen = at.counts().seen();
      Duration stopped = rhythm.go(() -> telling.tell(seen, rhythm.why()));
      long began = System.nanoTime();
      try {
        Checkpoint next = at.pass() == 1 ? batch(part, at) : later(part, at);
        hindered = 0;
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        over = next.position().isEmpty();
        careful = false;
        boolean batch = !over && next.counts().batches() > at.counts().batches();
        rhythm.rest(batch ? next.counts().seen() - seen : 0, locked);
        // What is left is round trips, and more of them the farther the server is: no work of its.
        rhythm.rest(0, shorter(took.minus(locked), locked));
        at = next.with(next.counts().spent(sinceMark(), stopped));
      } catch (SQLException e) {
        connection.rollback();
        if (GONE.equals(e.getSQLState()) && !there(part)) {
          return at;
        }
        again(e, part, at);
      }
      telling.tell(at.counts().seen(), rhythm.why());
    }
    return at;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
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

  /// Of a pass that finds little: only where there is something to do, a batch.
  private Checkpoint later(Part part, Checkpoint at) throws SQLException {
    Optional<Ahead.Nothing> nothing = ahead.nothing(part, at, rhythm.batchTime());
    if (nothing.isEmpty()) {
      return batch(part, at);
    }
    locked = nothing.get().took();
    List<String> to = nothing.get().to();
    if (!to.isEmpty()) {
      return at.past(to, nothing.get().rows());
    }
    Checkpoint end = at.after(to, nothing.get().rows(), 0, 0);
    context.fence().check(connection);
    BatchSession.begin(connection, List.of(BatchSession.UNAWAITED));
    end.write(connection, site, job.step());
    connection.commit();
    return end;
  }

  private Checkpoint batch(Part part, Checkpoint at) throws SQLException {
    boolean first = at.pass() == 1;
    int rows = rows(at);
    context.fence().check(connection);
    List<String> settings =
        BatchSession.writing(rhythm.batchTime(), quiet, rhythm.single() || careful);
    List<String> to = part.way().end(connection, settings, part.table(), at, rows);
    String range = part.way().within(at.position(), to.isEmpty() ? at.upto() : to);
    Checkpoint next =
        careful || hindered >= TRIES
            ? around(part, at, range, to, rows)
            : whole(part, at, range, to, rows);
    if (first) {
      long walked = next.counts().seen() - at.counts().seen();
      job.bad().ifPresent(bad -> bad.looked(walked));
    }
    return next;
  }

  /// What is done, the position and the end of the transaction in one round trip.
  private Checkpoint whole(Part part, Checkpoint at, String range, List<String> to, int rows)
      throws SQLException {
    boolean last = to.isEmpty();
    boolean first = at.pass() == 1;
    Checkpoint without = at.after(to, last ? 0 : rows, 0, 0);
    String done =
        counts && work.countsItself()
            ? without.counted(work.all(part.table(), range, first), last, site, job.step())
            : without.written(
                work.done(part.table(), range, first), work.found(), last, site, job.step());
    List<String> locks = work.locks(part.table(), range);
    long began = System.nanoTime();
    BatchSession.Last said = BatchSession.last(connection, locks, done);
    locked = locks.isEmpty() ? said.took() : Duration.ofNanos(System.nanoTime() - began);
    long n = said.rows() - at.rows();
    return at.after(to, last ? n : rows, n, said.found() - at.counts().found() - n);
  }

  /// The same, around rows that cannot be done, or that somebody has locked.
  private Checkpoint around(Part part, Checkpoint at, String range, List<String> to, int rows)
      throws SQLException {
    boolean first = at.pass() == 1;
    long began = System.nanoTime();
    BadRows.Done done =
        careful
            ? job.bad().orElseThrow().around(connection, work, part, range, first)
            : free(part, range, first);
    Checkpoint next = at.after(to, to.isEmpty() ? done.rows() : rows, done.rows(), done.left());
    next.write(connection, site, job.step());
    connection.commit();
    job.bad().ifPresent(bad -> bad.record(done.bad()));
    locked = Duration.ofNanos(System.nanoTime() - began);
    return next;
  }

  private BadRows.Done free(Part part, String range, boolean first) throws SQLException {
    String free = work.free(part.table(), range);
    long done = BatchSession.done(connection, work, part.table(), free, first);
    long left = BatchSession.update(connection, List.of(), work.count(part.table(), range));
    return new BadRows.Done(done, left, List.of());
  }

  private int rows(Checkpoint at) {
    int most = job.bad().map(bad -> bad.most(at.counts().seen(), careful)).orElse(rhythm.items());
    return Math.min(rhythm.items(), most);
  }

  /// Makes the next try smaller, or gives up.
  private void again(SQLException e, Part part, Checkpoint at) throws SQLException {
    String state = String.valueOf(e.getSQLState());
    if (HINDERED.contains(state)) {
      hindered++;
      rhythm.halve();
      context.pause(SHORT_PAUSE.multipliedBy(1L << Math.min(hindered, 8)));
    } else if (BadRows.aboutTheRow(state) && job.bad().isPresent() && !careful) {
      careful = true;
    } else if (state.equals(TOOK_TOO_LONG) || BadRows.aboutTheRow(state)) {
      if (rhythm.single() && BadRows.aboutTheRow(state)) {
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

  private SegueException refused(SQLException e, Part part, Checkpoint at) throws SQLException {
    List<String> to = part.way().end(connection, List.of(), part.table(), at, 1);
    connection.rollback();
    String which =
        to.isEmpty() ? "the last one, " + part.way().name() : part.way().name() + " " + to;
    return new SegueException(
        Kind.EXTERNAL,
        "row-not-copied",
        "A row of %s (%s) cannot be copied: %s. %,d rows were."
            .formatted(part.table(), which, BadRows.reason(e), at.rows()),
        "Mend the row or the expression in the change file, then run it again.",
        e);
  }

  /// The planner knows nothing of columns that have just been filled.
  private void analyze() throws SQLException {
    BatchSession.begin(connection, List.of("SET LOCAL lock_timeout = '1s'"));
    try {
      Sql.execute(connection, "ANALYZE " + work.table() + " " + work.analyzed());
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      if (!HINDERED.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
      context.progress("ANALYZE of " + work.table() + " was not let in; autovacuum will", 1);
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
    Counts counts = at.counts();
    double seconds = counts.worked().toMillis() / 1000.0;
    return Facts.of("rows", counts.rows())
        .with("batches", counts.batches())
        .with("passes", (long) at.pass())
        .with("seconds", seconds)
        .with("rows_per_second", Math.round(counts.rows() / Math.max(seconds, 0.001)))
        .with("throttled_ms", counts.throttled().toMillis())
        .with("already", counts.already())
        .with("user_triggers", quiet ? "kept from firing" : "fired");
  }
}
