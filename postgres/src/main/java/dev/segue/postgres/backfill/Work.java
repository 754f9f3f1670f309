package dev.segue.postgres.backfill;

import java.util.Optional;

/// What is done to the rows of a table, range by range. A statement answers with the number of rows
/// it did.
interface Work {

  /// That is walked through, as SQL names it, with its schema.
  String table();

  /// Does what is to be done in a range.
  ///
  /// @param first whether it is the first pass, which meets no row twice
  String all(String part, String range, boolean first);

  /// An SQL condition over the row's columns: true as long as the row is not done.
  String todo();

  /// Columns for ANALYZE, in parentheses; blank: none needs it.
  String analyzed();

  /// Sent once after the first pass.
  default Optional<String> afterFirstPass() {
    return Optional.empty();
  }

  /// Whether there is nothing to do at all.
  default boolean none() {
    return false;
  }

  /// Does what is to be done in a range, but for rows that somebody has locked.
  default String free(String part, String range, boolean first) {
    String free =
        "SELECT ctid FROM ONLY %s WHERE %s AND (%s) FOR NO KEY UPDATE SKIP LOCKED"
            .formatted(part, range, todo());
    return all(part, "ctid = ANY (ARRAY(" + free + "))", first);
  }

  /// How many rows are to be done in a range.
  default String count(String part, String range) {
    return "SELECT count(*) FROM ONLY " + part + " WHERE " + range + " AND (" + todo() + ")";
  }
}
