package dev.segue.postgres.schema;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.Coexistence;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.postgres.columns.Columns;
import dev.segue.postgres.sql.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operations of a change that are carried out together. Pure: what the change file says decides.
sealed interface Group {

  /// In the file's order; at least one.
  List<? extends SchemaOperation> operations();

  default SchemaOperation first() {
    return operations().getFirst();
  }

  /// A group of one table's columns.
  sealed interface OfColumns extends Group {
    /// As the change file has it first.
    String table();
  }

  /// Renames behind a facade, because the change file says so.
  ///
  /// @param otherwise what else the change does to the table, which a facade does not bear; or null
  record Facade(String table, List<RenameColumn> operations, @Nullable SchemaOperation otherwise)
      implements OfColumns {}

  /// Renames behind a facade where one can serve, else in step.
  record Either(String table, List<RenameColumn> operations) implements OfColumns {}

  /// Columns in step.
  record InStep(String table, List<SchemaOperation> operations) implements OfColumns {}

  /// One that nothing is grouped with.
  record Alone(SchemaOperation operation) implements Group {
    @Override
    public List<SchemaOperation> operations() {
      return List.of(operation);
    }
  }

  /// Each group stands at the place of its first operation.
  static List<Group> of(List<SchemaOperation> operations) {
    Map<Object, List<SchemaOperation>> found = new LinkedHashMap<>();
    for (SchemaOperation operation : operations) {
      Object key = isOfColumns(operation) ? table(operation) : operation;
      found.computeIfAbsent(key, _ -> new ArrayList<>()).add(operation);
    }
    return found.values().stream()
        .flatMap(together -> groups(together, operations).stream())
        .toList();
  }

  private static boolean isOfColumns(SchemaOperation operation) {
    return operation instanceof RenameColumn || Columns.carryOut(operation);
  }

  private static TableName table(SchemaOperation operation) {
    return TableName.parse(String.valueOf(operation.table()));
  }

  private static List<Group> groups(List<SchemaOperation> together, List<SchemaOperation> all) {
    SchemaOperation first = together.getFirst();
    if (!isOfColumns(first)) {
      return List.of(new Alone(first));
    }
    String table = String.valueOf(first.table());
    List<RenameColumn> renames =
        together.stream()
            .filter(RenameColumn.class::isInstance)
            .map(RenameColumn.class::cast)
            .toList();
    List<SchemaOperation> others =
        all.stream()
            .filter(o -> o.table() != null && table(o).equals(table(first)))
            .filter(o -> !(o instanceof RenameColumn))
            .toList();
    if (renames.stream().anyMatch(r -> r.by() == Coexistence.FACADE)) {
      return forced(table, together, others);
    }
    boolean either = others.isEmpty() && renames.stream().allMatch(r -> r.by() == Coexistence.AUTO);
    return List.of(either ? new Either(table, renames) : new InStep(table, together));
  }

  /// The renames that leave it open go with those that want a facade.
  private static List<Group> forced(
      String table, List<SchemaOperation> together, List<SchemaOperation> others) {
    List<RenameColumn> facade = new ArrayList<>();
    List<SchemaOperation> inStep = new ArrayList<>();
    for (SchemaOperation operation : together) {
      if (operation instanceof RenameColumn r && r.by() != Coexistence.COLUMNS) {
        facade.add(r);
      } else {
        inStep.add(operation);
      }
    }
    List<SchemaOperation> otherwise = new ArrayList<>(inStep);
    otherwise.addAll(others);
    List<Group> groups = new ArrayList<>();
    groups.add(new Facade(table, facade, otherwise.isEmpty() ? null : otherwise.getFirst()));
    if (!inStep.isEmpty()) {
      groups.add(new InStep(table, inStep));
    }
    return groups;
  }
}
