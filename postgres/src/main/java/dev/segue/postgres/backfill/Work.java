package dev.segue.postgres.backfill;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What is done to the rows of a table, range by range. A statement answers with the number of rows
/// it did.
interface Work {

  /// What stands before a table's own name.
  Pattern SCHEMA = Pattern.compile("^(?:\"(?:[^\"]|\"\")*\"|[^\".]+)\\.");

  /// That is walked through, as SQL names it, with its schema.
  String table();

  /// Whose rows are written, and may be locked by somebody; the same way.
  default String written() {
    return table();
  }

  /// Does what is to be done in a range: queries as in WITH, of which `segue_done` has a row for
  /// each that was done.
  ///
  /// @param first whether it is the first pass, which meets no row twice
  String done(String part, String range, boolean first);

  /// The same as a statement of its own, which answers with their number.
  default String all(String part, String range, boolean first) {
    return "WITH " + done(part, range, first) + " SELECT count(*) FROM segue_done";
  }

  /// How many rows a batch came upon, as SQL over its queries; `n` is how many it did.
  default String found() {
    return "n";
  }

  /// Whether [#all] is an UPDATE of nothing but the rows that are to be done, so that the server's
  /// own count of it is their number.
  default boolean countsItself() {
    return false;
  }

  /// What is sent right before, in the same transaction and round trip.
  default List<String> locks(String part, String range) {
    return List.of();
  }

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

  /// A part of the table as FROM has it, called as the table is: expressions may name it.
  default String rows(String part) {
    return "ONLY " + (part.equals(table()) ? part : part + " AS " + called());
  }

  /// The table's name alone, as SQL names it.
  default String called() {
    return SCHEMA.matcher(table()).replaceFirst("");
  }

  /// A range but for rows that somebody has locked.
  default String free(String part, String range) {
    return "ctid = ANY (ARRAY(SELECT ctid FROM %s WHERE %s AND (%s) FOR NO KEY UPDATE SKIP LOCKED))"
        .formatted(rows(part), range, todo());
  }

  /// How many rows are to be done in a range.
  default String count(String part, String range) {
    return "SELECT count(*) FROM " + rows(part) + " WHERE " + range + " AND (" + todo() + ")";
  }
}
