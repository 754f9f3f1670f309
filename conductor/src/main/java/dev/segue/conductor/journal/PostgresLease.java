package dev.segue.conductor.journal;

import dev.segue.change.SegueException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A lease as a row with an epoch, and the one writer of the change's journal.
final class PostgresLease implements Lease {

  private static final System.Logger LOG = System.getLogger(PostgresLease.class.getName());

  /// How long to try to give the lease back.
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final LeaseRow.Claim claim;
  private final Heartbeat heartbeat;
  private final Session session;
  private final Session quick;
  private final InstantSource clock;
  private final Map<String, Entry> last = new HashMap<>();
  private boolean closed;

  /// @param session the lease's own
  /// @param quick the home's, for what need not be written now
  PostgresLease(
      LeaseRow.Claim claim,
      Heartbeat heartbeat,
      Session session,
      Session quick,
      InstantSource clock) {
    this.claim = claim;
    this.heartbeat = heartbeat;
    this.session = session;
    this.quick = quick;
    this.clock = clock;
  }

  @Override
  public long epoch() {
    return claim.epoch();
  }

  @Override
  public synchronized String begin() {
    return session
        .write(c -> {
          hold(c);
          return new RunId(claim.change(), runs(c, claim.change()) + 1);
        })
        .toString();
  }

  @Override
  public synchronized Entry append(String run, String kind, String body) {
    return append(session, run, kind, body);
  }

  @Override
  public synchronized Optional<Entry> tryAppend(String run, String kind, String body) {
    try {
      return Optional.of(append(quick, run, kind, body));
    } catch (SegueException e) {
      if (e.code().equals(Session.UNREACHABLE)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Entry append(Session through, String run, String kind, String body) {
    RunId id = RunId.of(run);
    Chain.checkText(kind, body);
    Entry before = last(through, id);
    Entry entry = Chain.next(run, before, claim.epoch(), clock.instant(), kind, body);
    // Until this is known to be in, nobody knows which record is the last.
    last.remove(run);
    through.write(c -> {
      hold(c);
      if (before == null) {
        beginWith(c, id, entry);
      }
      return write(c, run, entry);
    });
    last.put(run, entry);
    return entry;
  }

  @Override
  public synchronized void end(String run, String outcome) {
    if (last(session, RunId.of(run)) == null) {
      throw RunId.unknown(run);
    }
    session.write(c -> {
      hold(c);
      return Rows.update(
          c,
          """
          update segue.run set ended_at = ?, outcome = ?
           where run = ? and outcome is distinct from ?\
          """,
          Rows.time(clock.instant()),
          outcome,
          run,
          outcome);
    });
  }

  @Override
  public void check() {
    heartbeat.check();
  }

  @Override
  public void check(Connection connection) throws SQLException {
    if (!PostgresSchema.isIn(connection) || !LeaseRow.hold(connection, claim)) {
      // Another database, perhaps a copy of the journal's: only the journal's own can tell.
      check();
    }
  }

  @Override
  public synchronized void close() {
    heartbeat.close();
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.write(FAREWELL, c -> LeaseRow.giveBack(c, claim));
    } catch (SegueException unreachable) {
      // Not given back, it runs out by itself; whoever comes next waits a few seconds.
      LOG.log(Level.DEBUG, "The lease on " + claim.change() + " runs out by itself", unreachable);
    } finally {
      session.close();
    }
  }

  private void hold(Connection c) throws SQLException {
    if (!LeaseRow.hold(c, claim)) {
      throw heartbeat.superseded();
    }
  }

  private @Nullable Entry last(Session through, RunId run) {
    if (!run.change().equals(claim.change())) {
      throw new IllegalArgumentException(run + " is no run of " + claim.change());
    }
    Entry known = last.get(run.toString());
    if (known != null) {
      return known;
    }
    List<Entry> newest =
        through.read(c ->
            Rows.list(c, Rows.ENTRIES + "order by seq desc limit 1", Rows::entry, run.toString()));
    return newest.isEmpty() ? null : Chain.checkLast(run.toString(), newest.getFirst());
  }

  private static int runs(Connection c, String change) throws SQLException {
    return Rows.list(
            c,
            "select coalesce(max(number), 0) from segue.run where change = ?",
            row -> row.getInt(1),
            change)
        .getFirst();
  }

  private static void beginWith(Connection c, RunId run, Entry first) throws SQLException {
    if (run.number() > runs(c, run.change()) + 1) {
      throw RunId.unknown(run.toString());
    }
    Rows.update(
        c,
        """
        insert into segue.run (run, change, number, begun_at) values (?, ?, ?, ?)
        on conflict do nothing\
        """,
        run.toString(),
        run.change(),
        run.number(),
        Rows.time(first.at()));
  }

  /// Does nothing when the record is there, from a commit whose answer was lost.
  private static Entry write(Connection c, String run, Entry entry) throws SQLException {
    Rows.update(
        c,
        """
        insert into segue.journal (run, seq, epoch, at, version, kind, body, previous_hash, hash)
        values (?, ?, ?, ?, ?, ?, ?::json, ?, ?) on conflict do nothing\
        """,
        run,
        entry.seq(),
        entry.epoch(),
        Rows.time(entry.at()),
        entry.version(),
        entry.kind(),
        entry.body(),
        entry.previousHash(),
        entry.hash());
    List<String> hash =
        Rows.list(
            c,
            "select hash from segue.journal where run = ? and seq = ?",
            row -> row.getString(1),
            run,
            entry.seq());
    if (!hash.equals(List.of(entry.hash()))) {
      throw Chain.broken(run, entry.seq(), "was written by somebody else meanwhile");
    }
    return entry;
  }
}
