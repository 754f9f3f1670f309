package dev.segue.postgres.locking;

import static java.util.stream.Collectors.joining;

import dev.segue.change.Durations;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Database;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Statement;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.locking.Blockers.Session;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// One short transaction under an exclusive lock. A try waits for the lock no longer than the
/// change's `lock-timeout`, because whoever comes later queues behind it; between tries nothing is
/// held and everybody gets on.
///
/// What is sent is decided under the lock, from the table as it is then.
///
/// @param doing what it is for, in words that fit after "while": `renaming members aside`
/// @param on what the lock is on, for people
/// @param relations whose locks are told when none can be had, as SQL names them; names that nobody
///   has are passed over
/// @param locks what takes the locks, in order; none where the work takes its own
public record LockedTransaction(
    PostgresTarget target, String doing, String on, List<String> relations, List<Statement> locks) {

  /// Of the facts: who was ended because it was in the way and idle.
  public static final String ENDED = "ended_sessions";

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /// What is done under the lock touches the catalogue alone: a few milliseconds.
  private static final Duration WORK = Duration.ofSeconds(5);

  /// lock_not_available, deadlock_detected: nothing has happened, another try may do better.
  private static final Set<String> TRY_AGAIN = Set.of("55P03", "40P01");

  /// dependent_objects_still_exist: somebody made something that hangs on the facade.
  private static final String DEPENDED_UPON = "2BP01";

  private static final String NOT_ALLOWED = "42501";

  public LockedTransaction {
    relations = List.copyOf(relations);
    locks = List.copyOf(locks);
  }

  /// What the world, as found under the lock, calls for; nothing is fine.
  @FunctionalInterface
  public interface Work {
    List<Statement> on(Connection connection) throws SQLException;
  }

  /// The whole transaction as a plan shows it.
  public List<Statement> shown(List<Statement> work) {
    List<Statement> all = new ArrayList<>();
    preamble(target).forEach(sql -> all.add(new Statement(sql, null, null)));
    all.addAll(locks);
    all.addAll(work);
    int first = all.size() - locks.size() - work.size();
    if (first < all.size()) {
      Statement begins = all.get(first);
      all.set(first, new Statement(begins.text(), begins.lock(), noted(begins.note())));
    }
    return List.copyOf(all);
  }

  private String noted(@Nullable String note) {
    return "one short transaction; a try that gets no lock in time lets everybody pass, up to %d tries%s"
        .formatted(target.lockAttempts(), note == null ? "" : "; " + note);
  }

  /// What every such transaction begins with.
  private static List<String> preamble(PostgresTarget target) {
    long patience = target.lockTimeout().toMillis();
    return List.of(
        "SET LOCAL lock_timeout = '" + patience + "ms'",
        // While a lock is waited for the statement runs, too; a facade's lock is two locks.
        "SET LOCAL statement_timeout = '" + (2 * patience + WORK.toMillis()) + "ms'",
        // A conductor that is stopped in the middle must not keep the lock.
        "SET LOCAL idle_in_transaction_session_timeout = '" + WORK.toMillis() + "ms'");
  }

  /// A waiter looks for deadlocks, and sends autovacuum away, only after deadlock_timeout, and that
  /// is usually longer than a try. Where we may, we look first, so that it is never the
  /// application's statement that is ended.
  private static final String LOOK_FIRST =
      """
      SELECT set_config('deadlock_timeout', ?, true)
      WHERE (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
      """;

  /// @return `table`; `lock_ms`, from the lock taken to the commit returned; `attempts`;
  ///   `waited_ms`, from the first try to the lock
  /// @throws SegueException EXTERNAL `lock-not-available`, `database-connection-lost` (the outcome
  ///   is unknown: observe), `database-error`
  public Facts run(StepContext context, Work work) {
    try (Connection connection = Database.open(target.url(), doing)) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      return tries(connection, context, work);
    } catch (SQLException e) {
      throw DEPENDED_UPON.equals(e.getSQLState()) ? dependedUpon(e) : Sql.failed(doing, e);
    }
  }

  private Facts tries(Connection connection, StepContext context, Work work) throws SQLException {
    long begun = System.nanoTime();
    List<Session> holders = List.of();
    List<String> ended = new ArrayList<>();
    for (int attempt = 1; attempt <= target.lockAttempts(); attempt++) {
      if (attempt > 1) {
        context.pause(pauseBefore(attempt));
      }
      try {
        begin(connection, context);
        for (Statement lock : locks) {
          Prompt.execute(connection, lock.text());
        }
        long locked = System.nanoTime();
        perform(connection, work);
        connection.commit();
        Facts measured =
            Facts.of("table", on)
                .with("lock_ms", millis(System.nanoTime() - locked))
                .with("attempts", (long) attempt)
                .with("waited_ms", millis(locked - begun));
        return ended.isEmpty() ? measured : measured.with(ENDED, List.copyOf(ended));
      } catch (SQLException e) {
        if (!TRY_AGAIN.contains(String.valueOf(e.getSQLState()))) {
          throw e;
        }
        connection.rollback();
        List<Session> now = holders(connection);
        holders = now.isEmpty() ? holders : now;
        context.progress(waiting(attempt, holders), Double.NaN);
        ended.addAll(endIdle(connection, context, now));
      }
    }
    throw notAvailable(Duration.ofNanos(System.nanoTime() - begun), holders);
  }

  private static void perform(Connection connection, Work work) throws SQLException {
    List<Statement> statements = work.on(connection);
    // All at once: every round trip under the lock is time others wait.
    if (!statements.isEmpty()) {
      Prompt.execute(connection, statements.stream().map(Statement::text).collect(joining(";\n")));
    }
  }

  private void begin(Connection connection, StepContext context) throws SQLException {
    context.fence().check(connection);
    Prompt.execute(connection, String.join(";\n", preamble(target)));
    String look = Math.max(1, target.lockTimeout().toMillis() / 2) + "ms";
    Prompt.list(connection, LOOK_FIRST, row -> row.getString(1), look);
  }

  private List<Session> holders(Connection connection) throws SQLException {
    List<Session> holders = Blockers.of(connection, relations);
    connection.rollback();
    return holders;
  }

  private List<String> endIdle(Connection connection, StepContext context, List<Session> holders)
      throws SQLException {
    Duration idle = target.endIdleTransactions();
    if (idle == null || holders.isEmpty()) {
      return List.of();
    }
    try {
      List<String> ended =
          IdleSessions.end(connection, holders, idle).stream().map(Session::words).toList();
      ended.forEach(who -> context.progress("ended an idle transaction: " + who, Double.NaN));
      return ended;
    } catch (SQLException e) {
      if (!NOT_ALLOWED.equals(e.getSQLState())) {
        throw e;
      }
      context.progress("may not end an idle transaction: " + e.getMessage(), Double.NaN);
      return List.of();
    } finally {
      connection.rollback();
    }
  }

  private static Duration pauseBefore(int attempt) {
    int doublings = Math.min(attempt - 2, 20);
    long longest = Math.min(FIRST_PAUSE.toMillis() << doublings, LONGEST_PAUSE.toMillis());
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
  }

  private String waiting(int attempt, List<Session> holders) {
    String who = holders.isEmpty() ? "" : ", held by " + holders.getFirst();
    return "waiting for a lock on %s, try %d of %d%s"
        .formatted(on, attempt, target.lockAttempts(), who);
  }

  private SegueException notAvailable(Duration passed, List<Session> holders) {
    String who =
        holders.isEmpty()
            ? " The sessions that held it were gone each time one looked."
            : holders.stream().map(Session::toString).collect(joining("\n  ", "\n  ", ""));
    return new SegueException(
        Kind.EXTERNAL,
        "lock-not-available",
        "No lock on %s in %d tries of %s within %s, while %s. Held by:%s"
            .formatted(
                on,
                target.lockAttempts(),
                Durations.format(target.lockTimeout()),
                Durations.format(Duration.ofMillis(passed.toMillis())),
                doing,
                who),
        "Let these sessions end, or end them with SELECT pg_terminate_backend(PID); then run the"
            + " same command again. postgres.lock-attempts and lock-timeout say how long it tries.");
  }

  private SegueException dependedUpon(SQLException e) {
    return new SegueException(
        Kind.EXTERNAL,
        "facade-depended-upon",
        "%s cannot be as it was, because something was made meanwhile that hangs on what the change made: %s"
            .formatted(on, e.getMessage()),
        "Drop what is named there, run the same command again, and make it anew afterwards.",
        e);
  }

  private static double millis(long nanos) {
    return nanos / 1_000_000.0;
  }
}
