package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.CreateTable;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.Part;
import dev.segue.change.SchemaOperation.RawSql;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SplitColumn;
import dev.segue.postgres.sql.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Names that the change itself makes: later operations may use them before they are there.
///
/// @param anything the team's own statements may make whatever they like
record Coming(Set<String> tables, Set<List<String>> columns, boolean anything) {

  Coming {
    tables = Set.copyOf(tables);
    columns = Set.copyOf(columns);
  }

  static Coming of(List<SchemaOperation> operations) {
    Set<String> tables = new HashSet<>();
    Set<List<String>> columns = new HashSet<>();
    for (SchemaOperation operation : operations) {
      if (operation instanceof CreateTable create) {
        tables.add(last(create.name()));
      }
      made(operation)
          .forEach(c -> columns.add(List.of(last(String.valueOf(operation.table())), c)));
    }
    return new Coming(tables, columns, operations.stream().anyMatch(o -> o instanceof RawSql));
  }

  private static Stream<String> made(SchemaOperation operation) {
    if (operation instanceof AddColumn add) {
      return Stream.of(add.column());
    }
    if (operation instanceof RenameColumn rename) {
      return Stream.of(rename.to());
    }
    if (operation instanceof ChangeType change) {
      return Stream.ofNullable(change.to());
    }
    if (operation instanceof ReplaceEnum replace) {
      return Stream.ofNullable(replace.to());
    }
    if (operation instanceof SplitColumn split) {
      return split.into().stream().map(Part::column);
    }
    return operation instanceof MergeColumns merge ? Stream.of(merge.into().column()) : Stream.of();
  }

  boolean table(String written) {
    return anything || tables.contains(last(written));
  }

  boolean column(String table, String column) {
    return anything || table(table) || columns.contains(List.of(last(table), column));
  }

  private static String last(String written) {
    return TableName.parse(written).table();
  }
}
