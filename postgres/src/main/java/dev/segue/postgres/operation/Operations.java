package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.CreateTable;
import dev.segue.change.SchemaOperation.RawSql;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TransactionStep;
import java.util.ArrayList;
import java.util.List;

/// The steps of one operation.
public final class Operations {

  private Operations() {}

  /// In the order in which they are carried out within their stages.
  public static List<Step> steps(Site site, SchemaOperation operation) {
    return switch (operation) {
      case CreateTable create -> List.of(new TransactionStep(site, new TableCreation(create)));
      case RawSql sql -> own(site, sql);
      default ->
          throw new SegueException(
              Kind.USER,
              "operation-unknown",
              operation.where().entry() + ": not yet built: " + operation,
              null);
    };
  }

  private static List<Step> own(Site site, RawSql sql) {
    List<Step> steps = new ArrayList<>();
    steps.add(new TransactionStep(site, new OwnStatements(sql)));
    if (sql.contract() != null) {
      steps.add(new TransactionStep(site, new OwnContract(sql, sql.contract())));
    }
    return List.copyOf(steps);
  }
}
