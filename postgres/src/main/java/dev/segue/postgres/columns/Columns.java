package dev.segue.postgres.columns;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.Coexistence;
import dev.segue.change.SchemaOperation.DropColumn;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SetNotNull;
import dev.segue.change.SchemaOperation.SplitColumn;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.backfill.BackfillStep;
import dev.segue.postgres.backfill.CompareStep;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.online.TransactionStep;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The steps that keep a table's columns in step.
public final class Columns {

  private Columns() {}

  /// Whether an operation is carried out by columns in step; a rename is where no facade is.
  public static boolean carryOut(SchemaOperation operation) {
    return switch (operation) {
      case RenameColumn rename -> rename.by() != Coexistence.FACADE;
      case ChangeType _, SplitColumn _, MergeColumns _, ReplaceEnum _ -> true;
      case AddColumn add -> add.generated() == null;
      case SetNotNull set -> set.fill() != null;
      case DropColumn drop -> drop.down() != null;
      default -> false;
    };
  }

  /// Can these operations be carried out on this table, as it is now?
  ///
  /// @param operations all of the change that [#carryOut] says yes to, on one table, in the file's
  ///   order
  public static List<GateCheck> gates(
      Site site, String table, List<SchemaOperation> operations, BooleanSupplier required) {
    return List.of(new ColumnsGate(new Wish(site, table, operations, required)));
  }

  /// `columns-TABLE`, `backfill-TABLE`, `indexes-TABLE`, `constraints-TABLE`, `compare-TABLE` and
  /// `drop-old-TABLE`.
  ///
  /// @param required whether a new run needs them, see [Step#needed]
  public static List<Step> steps(
      Site site, String table, List<SchemaOperation> operations, BooleanSupplier required) {
    Wish wish = new Wish(site, table, operations, required);
    return List.of(
        new TransactionStep(site, new ExpandMove(wish)),
        new BackfillStep(
            site,
            "backfill-" + table,
            "Give the rows of %s what the new columns say".formatted(table),
            connection -> wish.design(connection).copying(),
            () -> wish.needs(Design::copies)),
        new IndexStep(wish),
        new ConstraintStep(wish),
        new CompareStep(
            site,
            "compare-" + table,
            "Compare old and new columns in every row of " + table,
            connection -> wish.design(connection).comparison(false),
            () -> wish.needs(Design::compares)),
        new TransactionStep(site, new ContractMove(wish)));
  }
}
