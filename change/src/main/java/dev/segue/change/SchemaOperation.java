package dev.segue.change;

/// One change to the schema, in the words of the change file.
public sealed interface SchemaOperation {

  /// A table's name as written: `table` or `schema.table`.
  String table();

  /// Where the operation stands in the file, for errors found later, against the live catalogue.
  Place at();

  /// The column gets a new name; both names work until the contract step.
  record RenameColumn(String table, String from, String to, Place at) implements SchemaOperation {}
}
