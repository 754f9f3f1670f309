package dev.segue.postgres.backfill;

import java.util.List;

/// What is written into the rows of a table, with nothing kept.
sealed interface Writes extends Work permits ByStatement, Copying {

  /// Those that are written, as SQL names them.
  List<String> columns();

  @Override
  default String analyzed() {
    return "(" + String.join(", ", columns()) + ")";
  }
}
