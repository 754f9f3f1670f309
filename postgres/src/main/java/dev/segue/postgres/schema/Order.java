package dev.segue.postgres.schema;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddCheck;
import dev.segue.change.SchemaOperation.AddExclude;
import dev.segue.change.SchemaOperation.AddForeignKey;
import dev.segue.change.SchemaOperation.AddPrimaryKey;
import dev.segue.change.SchemaOperation.AddUnique;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.CreateIndex;
import dev.segue.change.SchemaOperation.DropConstraint;
import dev.segue.change.SchemaOperation.DropNotNull;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.RenameTable;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SetDefault;
import dev.segue.change.SchemaOperation.SplitColumn;
import dev.segue.postgres.sql.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// In which order groups are carried out. Pure.
final class Order {

  private Order() {}

  /// Before the new version starts. As the file has it, but for what is said of a column that is
  /// kept in step under another: it comes first, so that the other column gets it, too. Tables get
  /// new names last, so that all others find them under the old ones.
  static List<Group> growing(List<Group> groups) {
    List<Group> ordered = new ArrayList<>(groups);
    for (Group group : groups) {
      if (group instanceof Group.InStep inStep) {
        List<Group> first =
            ordered.subList(ordered.indexOf(group), ordered.size()).stream()
                .filter(after -> after instanceof Group.Alone a && isSaidOf(inStep, a.operation()))
                .toList();
        ordered.removeAll(first);
        ordered.addAll(ordered.indexOf(group), first);
      }
    }
    return ordered.stream().sorted(byNewName()).toList();
  }

  /// After the old version is gone. New columns have their last names before anything else is said
  /// of them.
  static List<Group> shrinking(List<Group> groups) {
    return groups.stream()
        .sorted(
            Comparator.<Group, Boolean>comparing(group -> !(group instanceof Group.OfColumns))
                .thenComparing(byNewName()))
        .toList();
  }

  private static Comparator<Group> byNewName() {
    return Comparator.comparing(group -> group.first() instanceof RenameTable);
  }

  private static boolean isSaidOf(Group.InStep group, SchemaOperation operation) {
    String table = operation.table();
    if (table == null || !TableName.parse(table).equals(TableName.parse(group.table()))) {
      return false;
    }
    if (operation instanceof DropConstraint) {
      return true;
    }
    Predicate<String> old =
        group.operations().stream()
            .flatMap(Order::old)
            .map(column -> Pattern.compile("(^|\\W)" + Pattern.quote(column) + "(\\W|$)"))
            .map(Pattern::asPredicate)
            .reduce(text -> false, Predicate::or);
    return said(operation).anyMatch(old);
  }

  /// Columns that another takes the place of.
  private static Stream<String> old(SchemaOperation operation) {
    return switch (operation) {
      case RenameColumn rename -> Stream.of(rename.from());
      case ChangeType change -> Stream.of(change.column());
      case ReplaceEnum replace -> Stream.of(replace.column());
      case SplitColumn split -> Stream.of(split.column());
      case MergeColumns merge -> merge.columns().stream();
      default -> Stream.empty();
    };
  }

  /// Columns, or SQL over them, of what both versions come to live with.
  private static Stream<String> said(SchemaOperation operation) {
    return switch (operation) {
      case AddCheck add -> Stream.of(add.condition());
      case AddForeignKey add -> add.columns().stream();
      case AddUnique add -> Stream.concat(add.columns().stream(), add.include().stream());
      case AddPrimaryKey add -> add.columns().stream();
      case AddExclude add -> Stream.of(add.elements(), String.valueOf(add.condition()));
      case CreateIndex create ->
          Stream.concat(
              Stream.concat(create.on().stream(), create.include().stream()),
              Stream.of(String.valueOf(create.condition())));
      case SetDefault set -> Stream.of(set.column());
      case DropNotNull drop -> Stream.of(drop.column());
      default -> Stream.empty();
    };
  }
}
