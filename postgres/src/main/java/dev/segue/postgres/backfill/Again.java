package dev.segue.postgres.backfill;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Failures.Failed;
import dev.segue.backfill.Figures;
import dev.segue.change.Backfill;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Tries those rows alone that failed.
final class Again {

  private static final int AT_ONCE = 200;

  private final Site site;
  private final Connection connection;
  private final Backfill.Rows rows;
  private final StepContext context;

  /// @param connection with autocommit on
  Again(Site site, Connection connection, Backfill.Rows rows, StepContext context) {
    this.site = site;
    this.connection = connection;
    this.rows = rows;
    this.context = context;
  }

  Facts tried() throws SQLException {
    long began = System.nanoTime();
    Declared declared = Declared.read(connection, rows);
    Keeping keeping = Keeping.of(connection, site, declared);
    FailedTable table = new FailedTable(site, rows.step());
    table.prepare(connection);
    table.tell(connection, FailedRows.file(context, rows));
    Failures failures = new Failures(rows.failures(), FailedRows.file(context, rows));
    BadRows bad = new BadRows(declared, table, failures);
    boolean quiet = declared.quietly() && BatchSession.mayBeQuiet(connection);
    List<Part> parts = Part.of(connection, declared.writes().table());
    List<String> items = failures.all().stream().map(Failed::item).toList();
    connection.setAutoCommit(false);
    long done = 0;
    long batches = 0;
    for (int at = 0; at < items.size(); at += AT_ONCE) {
      List<String> some = items.subList(at, Math.min(items.size(), at + AT_ONCE));
      context.pause(Duration.ZERO);
      context.fence().check(connection);
      BatchSession.begin(
          connection, BatchSession.writing(rows.pace().batchTime().shared(), quiet, true));
      Set<String> open = new HashSet<>();
      for (Part part : parts) {
        BadRows.Again again = bad.again(connection, keeping.forward(declared), part, some);
        done += again.rows();
        again.stillBad().forEach(failed -> open.add(failed.item()));
      }
      List<String> mended = new ArrayList<>(some);
      mended.removeAll(open);
      table.mended(connection, mended);
      connection.commit();
      failures.mended(mended);
      batches++;
      context.progress("trying failed rows again", (double) (at + some.size()) / items.size());
    }
    FailedTable.Count count = table.count(connection);
    connection.commit();
    return new Figures(
            done,
            0,
            count.failed(),
            count.replaced(),
            null,
            batches,
            1,
            Duration.ofNanos(System.nanoTime() - began),
            Duration.ZERO,
            keeping.words())
        .facts();
  }
}
