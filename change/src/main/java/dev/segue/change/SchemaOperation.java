package dev.segue.change;

/// One change to the schema, in the words of the change file.
public sealed interface SchemaOperation {

  /// A table's name as written: `table` or `schema.table`.
  String table();

  /// Where its table stands in the file, for errors found later, against the live catalogue.
  Place at();

  /// The column gets a new name; both names work until the contract step.
  ///
  /// @param fromAt where the old name stands in the file
  /// @param toAt where the new name does
  record RenameColumn(String table, String from, String to, Place at, Place fromAt, Place toAt)
      implements SchemaOperation {}
}
