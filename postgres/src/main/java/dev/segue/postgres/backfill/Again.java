package dev.segue.postgres.backfill;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Failures.Failed;
import dev.segue.backfill.Figures;
import dev.segue.backfill.Signals;
import dev.segue.change.Backfill;
import dev.segue.change.FailurePolicy;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.backfill.FailedTable.Listed;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tries those rows alone that failed: by their keys. Where rows have none they are anywhere by
/// now, and so all rows are looked through.
final class Again {

  private static final int AT_ONCE = 200;

  private final Site site;
  private final Connection connection;
  private final Backfill.Rows rows;
  private final StepContext context;
  private final Declared declared;
  private final Keeping keeping;
  private final FailedTable table;

  /// @param connection with autocommit on
  Again(Site site, Connection connection, Backfill.Rows rows, StepContext context)
      throws SQLException {
    this.site = site;
    this.connection = connection;
    this.rows = rows;
    this.context = context;
    this.declared = Declared.read(connection, rows);
    this.keeping = Keeping.of(connection, site, declared);
    this.table = new FailedTable(site, rows.step());
  }

  /// Of the position on the look through all rows.
  static String position(Backfill.Rows rows) {
    return rows.step() + " again";
  }

  private record Tried(long rows, long batches) {}

  Facts tried() throws SQLException {
    long began = System.nanoTime();
    Path file = FailedRows.file(context, rows);
    table.prepare(connection);
    Failures failures = new Failures(borne(), file);
    failures.heldBy(told -> table.each(connection, told));
    BadRows bad = new BadRows(declared, table, failures, true);
    List<Listed> listed = table.listed(connection);
    Optional<Way.Keyset> key =
        declared
            .key()
            .filter(
                way -> listed.stream().allMatch(one -> one.key().size() == way.columns().size()));
    Tried tried = listed.isEmpty() || key.isPresent() ? byKeys(bad, key, listed) : throughAll(bad);
    FailedTable.Count count = table.count(connection);
    connection.commit();
    connection.setAutoCommit(true);
    failures.heldBy(told -> table.each(connection, told));
    return new Figures(
            tried.rows(),
            0,
            count.failed(),
            count.replaced(),
            null,
            tried.batches(),
            1,
            Duration.ofNanos(System.nanoTime() - began),
            Duration.ZERO,
            keeping.words())
        .facts();
  }

  /// The run has borne them.
  private FailurePolicy borne() {
    FailurePolicy policy = rows.failures();
    return new FailurePolicy(policy.mode(), policy.value(), Long.MAX_VALUE, 0);
  }

  private Tried byKeys(BadRows bad, Optional<Way.Keyset> key, List<Listed> listed)
      throws SQLException {
    boolean quiet = declared.quietly() && BatchSession.mayBeQuiet(connection);
    List<Part> parts = Part.of(connection, declared.writes().table());
    Work work = keeping.forward(declared);
    connection.setAutoCommit(false);
    long there = 0;
    long done = 0;
    long batches = 0;
    for (int at = 0; at < listed.size(); at += AT_ONCE) {
      List<Listed> some = listed.subList(at, Math.min(listed.size(), at + AT_ONCE));
      String these = key.orElseThrow().among(some.stream().map(Listed::key).toList());
      context.pause(Duration.ZERO);
      context.fence().check(connection);
      BatchSession.begin(
          connection, BatchSession.writing(rows.pace().batchTime().shared(), quiet, true));
      List<String> mended = new ArrayList<>(some.stream().map(Listed::item).toList());
      for (Part part : parts) {
        BadRows.Again again = bad.again(connection, work, part, these);
        there += again.there();
        done += again.rows();
        mended.removeAll(again.stillBad().stream().map(Failed::item).toList());
      }
      table.mended(connection, mended);
      connection.commit();
      batches++;
      context.progress("trying failed rows again", (double) (at + some.size()) / listed.size());
    }
    if (there < listed.size()) {
      context.progress("%,d of them are not there any more".formatted(listed.size() - there), 1);
    }
    return new Tried(done, batches);
  }

  /// Where a row was tells nothing: whoever mended it has moved it.
  private Tried throughAll(BadRows bad) throws SQLException {
    Timestamp began =
        Sql.one(connection, "select pg_catalog.clock_timestamp()", row -> row.getTimestamp(1));
    begin();
    Job job =
        new Job(
            site,
            position(rows),
            "looking through all rows",
            keeping.forward(declared),
            Terms.declared(rows.pace(), site),
            declared.quietly(),
            Optional.of(bad));
    Set<Integer> pids = Set.of(ServerSignals.pid(connection));
    Facts facts;
    try (Signals signals = Signals.of(rows.pace(), ServerSignals.open(site, rows.pace(), pids))) {
      facts = new Copier(job, context, connection, signals).copy();
    }
    context.fence().check(connection);
    table.onlySince(connection, began);
    Checkpoint.forget(connection, site, position(rows));
    connection.commit();
    return new Tried(facts.number("rows").orElse(0L), facts.number("batches").orElse(0L));
  }

  /// From the beginning, and not in a first pass: that of the run was it.
  private void begin() throws SQLException {
    Checkpoint.prepare(connection);
    connection.setAutoCommit(false);
    context.fence().check(connection);
    Checkpoint.forget(connection, site, position(rows));
    Checkpoint.begin(context.run()).turn(false).write(connection, site, position(rows));
    connection.commit();
    connection.setAutoCommit(true);
  }
}
