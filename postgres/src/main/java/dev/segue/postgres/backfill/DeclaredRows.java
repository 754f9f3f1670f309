package dev.segue.postgres.backfill;

import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.change.PostgresTarget;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Site;
import java.util.List;
import java.util.stream.Stream;

/// What a change's `backfill` section asks of tables.
public final class DeclaredRows {

  private DeclaredRows() {}

  public static List<GateCheck> gates(Change change) {
    return of(change).stream()
        .<GateCheck>map(step -> new RowsGate(step.site(), step.rows(), change.schema()))
        .toList();
  }

  /// In the file's order; they come after what makes their columns.
  public static List<Step> steps(Change change) {
    return List.copyOf(of(change));
  }

  /// What was written late gets its new form, and what was kept is forgotten, before the schema
  /// shrinks.
  public static List<Step> ending(Change change) {
    return of(change).stream()
        .flatMap(step -> Stream.<Step>of(new RowsCatchStep(step), new RowsForgetStep(step)))
        .toList();
  }

  private static List<RowsStep> of(Change change) {
    PostgresTarget target = change.postgres();
    if (target == null) {
      return List.of();
    }
    Site site = new Site(change.name(), target);
    return change.data().backfills().stream()
        .filter(Backfill.Rows.class::isInstance)
        .map(rows -> new RowsStep(site, (Backfill.Rows) rows))
        .toList();
  }
}
