package dev.segue.postgres.online;

import dev.segue.change.SegueException;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.locking.Blockers;
import dev.segue.postgres.locking.Blockers.Session;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// One statement that takes as long as it takes and blocks nobody: CONCURRENTLY, VALIDATE. No
/// time-out cuts it short: a lock_timeout would leave an INVALID index behind whenever somebody's
/// transaction is long.
///
/// While it runs, requests from other terminals are heeded; one that turns the run round cancels
/// it. The server may go on with it when this process is killed: whoever comes next calls
/// [#endLeftovers] first.
///
/// @param purpose what it is called in pg_stat_activity, `segue: PURPOSE`; a long one is cut and
///   begins with a checksum of the whole
/// @param progress a query on another connection, given the backend's pid, for how far it is: words
///   and a share from 0 to 1
public record LongStatement(Site site, String purpose, String sql, String progress) {

  private static final Duration LOOK = Duration.ofSeconds(1);

  /// Of a purpose as it is shown.
  private static final int LONGEST = 50;

  /// How far a CREATE INDEX, REINDEX or its wait for others is.
  public static final String INDEX_PROGRESS =
      """
      select p.phase || case when p.lockers_total > 0
          then format(' (%s of %s transactions are over)', p.lockers_done, p.lockers_total)
          else '' end,
        coalesce(p.blocks_done::float8 / nullif(p.blocks_total, 0), 'NaN')
      from pg_catalog.pg_stat_progress_create_index p where p.pid = ?
      """;

  private static final String ENDING =
      """
      select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
      where datname = current_database() and application_name = ? and pid <> pg_backend_pid()
      """;

  /// The last one came with PostgreSQL 17.
  private static final String PATIENT =
      """
      SET lock_timeout = 0;
      SET statement_timeout = 0;
      SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
      WHERE name = 'transaction_timeout'
      """;

  /// Nothing is known but that it runs.
  public static final String NO_PROGRESS = "select null, null where ?::int is null";

  private static final Pattern INDEX = Pattern.compile("^(CREATE (UNIQUE )?|RE)INDEX");

  static String progressOf(String sql) {
    return INDEX.matcher(sql).find() ? INDEX_PROGRESS : NO_PROGRESS;
  }

  /// Sends it and waits for its end.
  ///
  /// @throws SQLException as the server refuses it
  public void run(StepContext context) throws SQLException {
    try (Connection connection = site.open(label(purpose))) {
      assertStillOurs(connection, context);
      Sql.execute(connection, PATIENT);
      int pid = Sql.one(connection, "select pg_catalog.pg_backend_pid()", row -> row.getInt(1));
      Callable<Boolean> sending =
          () -> {
            Sql.execute(connection, sql);
            return true;
          };
      FutureTask<Boolean> task = new FutureTask<>(sending);
      Thread.ofVirtual().name(purpose).start(task);
      try (Connection other = site.open("watching over a long statement")) {
        follow(context, task, other, pid);
      }
    }
  }

  /// Asked where whoever takes over can already see this session and end it: either they are seen
  /// here, or this session is ended there before it has sent anything.
  private static void assertStillOurs(Connection connection, StepContext context)
      throws SQLException {
    connection.setAutoCommit(false);
    context.fence().check(connection);
    connection.commit();
    connection.setAutoCommit(true);
  }

  private void follow(StepContext context, FutureTask<Boolean> task, Connection other, int pid)
      throws SQLException {
    boolean over = false;
    try {
      while (!ended(task)) {
        context.pause(Duration.ZERO);
        Optional<Far> far =
            Prompt.first(other, progress, row -> new Far(row.getString(1), row.getDouble(2)), pid);
        tell(context, far, Blockers.before(other, pid));
      }
      over = true;
    } finally {
      if (!over) {
        Prompt.asks(other, "select pg_catalog.pg_cancel_backend(?)", pid);
        awaitEnd(task);
      }
    }
  }

  private void tell(StepContext context, Optional<Far> far, List<Session> before) {
    String words = far.map(f -> ": " + f.words()).orElse("");
    String waits = before.isEmpty() ? "" : ", waits for " + before.getFirst();
    if (!words.isEmpty() || !waits.isEmpty()) {
      context.progress(purpose + words + waits, far.map(Far::done).orElse(Double.NaN));
    }
  }

  private record Far(String words, double done) {}

  private static boolean ended(FutureTask<Boolean> task) throws SQLException {
    try {
      return task.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException refused) {
        throw refused;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /// Cancelled: what it says then is of no interest.
  private static void awaitEnd(FutureTask<Boolean> task) {
    try {
      task.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The connection is closed next, and that ends it for certain.
      return;
    }
  }

  /// Ends a session of a killed conductor that is still at it, and waits until it is gone.
  public void endLeftovers(StepContext context) {
    endLeftovers(site, purpose, context);
  }

  static void endLeftovers(Site site, String purpose, StepContext context) {
    context.fence().check();
    try (Connection connection = site.open("ending what a killed conductor left")) {
      String ours = "segue: " + label(purpose);
      if (!Prompt.list(connection, ENDING, row -> row.getBoolean(1), ours).isEmpty()) {
        context.await(() -> none(connection, ours), Duration.ofSeconds(30), Duration.ofMillis(50));
      }
    } catch (SQLException e) {
      throw Sql.failed("ending what a killed conductor left", e);
    }
  }

  private static boolean none(Connection connection, String application) {
    try {
      return !Prompt.asks(
          connection,
          """
          select true from pg_catalog.pg_stat_activity
          where datname = current_database() and application_name = ? and pid <> pg_backend_pid()
          """,
          application);
    } catch (SQLException e) {
      throw Sql.failed("looking at what a killed conductor left", e);
    }
  }

  /// pg_stat_activity keeps 63 bytes of an application's name, and of those only ASCII as it is.
  private static String label(String purpose) {
    String ascii = purpose.replaceAll("[^ -~]", "?");
    if (ascii.equals(purpose) && purpose.length() <= LONGEST) {
      return purpose;
    }
    CRC32 checksum = new CRC32();
    checksum.update(purpose.getBytes(StandardCharsets.UTF_8));
    String head = "%08x ".formatted(checksum.getValue());
    int room = LONGEST - head.length();
    return head + ascii.substring(Math.max(0, ascii.length() - room));
  }

  /// As an error of the step, with what was being done.
  public SegueException failed(SQLException e) {
    return Sql.failed(purpose, e);
  }
}
