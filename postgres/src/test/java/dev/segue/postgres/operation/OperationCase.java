package dev.segue.postgres.operation;

/// One operation.
///
/// @param setUp SQL
/// @param operation an entry of `schema`
/// @param afterExpand an SQL condition
/// @param afterContract an SQL condition
/// @param stays its effect outlives the way back
record OperationCase(
    String name,
    String setUp,
    String operation,
    String afterExpand,
    String afterContract,
    boolean stays) {

  static OperationCase of(
      String name, String setUp, String operation, String afterExpand, String afterContract) {
    return new OperationCase(name, setUp, operation, afterExpand, afterContract, false);
  }

  OperationCase staying() {
    return new OperationCase(name, setUp, operation, afterExpand, afterContract, true);
  }

  @Override
  public String toString() {
    return name;
  }
}
