package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddCheck;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.AddEnumValue;
import dev.segue.change.SchemaOperation.AddExclude;
import dev.segue.change.SchemaOperation.AddForeignKey;
import dev.segue.change.SchemaOperation.AddPrimaryKey;
import dev.segue.change.SchemaOperation.AddUnique;
import dev.segue.change.SchemaOperation.AttachPartition;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.CreateFunction;
import dev.segue.change.SchemaOperation.CreateIndex;
import dev.segue.change.SchemaOperation.CreateTable;
import dev.segue.change.SchemaOperation.CreateView;
import dev.segue.change.SchemaOperation.DetachPartition;
import dev.segue.change.SchemaOperation.DropColumn;
import dev.segue.change.SchemaOperation.DropConstraint;
import dev.segue.change.SchemaOperation.DropDefault;
import dev.segue.change.SchemaOperation.DropIndex;
import dev.segue.change.SchemaOperation.DropNotNull;
import dev.segue.change.SchemaOperation.DropTable;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.RawSql;
import dev.segue.change.SchemaOperation.RebuildIndex;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.RenameTable;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SetDefault;
import dev.segue.change.SchemaOperation.SetNotNull;
import dev.segue.change.SchemaOperation.SplitColumn;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Site;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The operations that are short transactions and long statements. Those that keep columns in step,
/// or rename them, are not among them.
public final class Operations {

  private Operations() {}

  /// In the order in which they are carried out within their stages.
  public static List<Step> steps(Site site, SchemaOperation operation) {
    return undertaking(operation).map(undertaking -> undertaking.steps(site)).orElse(List.of());
  }

  /// Can they be carried out on this database, as it is now?
  ///
  /// @param operations all of the change: what one makes, the next may use
  public static List<GateCheck> gates(Site site, List<SchemaOperation> operations) {
    boolean any = operations.stream().anyMatch(o -> undertaking(o).isPresent());
    return any ? List.of(new OperationsGate(site, operations)) : List.of();
  }

  static Stream<Undertaking> undertakings(List<SchemaOperation> operations) {
    return operations.stream().flatMap(operation -> undertaking(operation).stream());
  }

  private static Optional<Undertaking> undertaking(SchemaOperation operation) {
    return Optional.ofNullable(
        switch (operation) {
          case CreateTable create -> new TableCreation(create);
          case DropTable drop -> new TableDrop(drop);
          case RenameTable rename -> new TableRename(rename);
          case AddColumn add when add.generated() != null ->
              new GeneratedColumn(add, add.generated());
          case DropColumn drop when drop.down() == null -> new ColumnDrop(drop);
          case SetNotNull set when set.fill() == null -> new NotNullSetting(set);
          case DropNotNull drop -> new NotNullDrop(drop);
          case SetDefault set -> new DefaultSetting(set);
          case DropDefault drop -> new DefaultDrop(drop);
          case AddCheck add -> new CheckAddition(add);
          case AddForeignKey add -> new ForeignKeyAddition(add);
          case AddUnique add -> new UniqueAddition(add);
          case AddPrimaryKey add -> new PrimaryKeyAddition(add);
          case AddExclude add -> new ExcludeAddition(add);
          case DropConstraint drop -> new ConstraintDrop(drop);
          case CreateIndex create -> new IndexCreation(create);
          case DropIndex drop -> new IndexDrop(drop);
          case RebuildIndex rebuild -> new IndexRebuild(rebuild);
          case AddEnumValue add -> new EnumValueAddition(add);
          case CreateFunction create -> new FunctionCreation(create);
          case CreateView create -> new ViewCreation(create);
          case AttachPartition attach -> new PartitionAttachment(attach);
          case DetachPartition detach -> new PartitionDetachment(detach);
          case RawSql sql -> new OwnStatements(sql);
          case AddColumn _, DropColumn _, SetNotNull _ -> null;
          case RenameColumn _, ChangeType _, SplitColumn _, MergeColumns _, ReplaceEnum _ -> null;
        });
  }
}
