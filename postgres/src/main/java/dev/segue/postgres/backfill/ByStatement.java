package dev.segue.postgres.backfill;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.change.RowChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Rows that are written by a statement of the user's own.
///
/// The rows of a batch are chosen and locked by a statement before, so that the one after sees what
/// it waited for, and nobody writes them in between. The user's statement is then limited to these,
/// one by one, by their places.
///
/// @param table as SQL names it, with its schema
/// @param columns that the statement writes, as SQL names them
/// @param todo an SQL condition over the row's columns: true as long as the row is not done
record ByStatement(String table, RowChange.Sql sql, List<String> columns, String todo)
    implements Writes {

  ByStatement {
    columns = List.copyOf(columns);
  }

  @Override
  public List<String> locks(String part, String range) {
    return List.of(
        "SELECT count(*) FROM (SELECT FROM %s WHERE %s AND (%s) FOR NO KEY UPDATE) AS segue_locked"
            .formatted(rows(part), range, todo));
  }

  @Override
  public String done(String part, String range, boolean first) {
    return was(part, range, "") + ", segue_done AS (" + told(part, "1") + ")";
  }

  /// The same, with each row's key, old values and new ones.
  ///
  /// @param keys columns that tell rows apart; the statement leaves them as they are
  String kept(String part, String range, List<String> keys, Names names) {
    List<String> asked = new ArrayList<>();
    List<String> answered = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      asked.add(keys.get(i) + " AS " + names.keys().get(i));
      answered.add(sql.alias() + "." + keys.get(i) + " AS " + names.keys().get(i));
    }
    for (int i = 0; i < columns.size(); i++) {
      asked.add(columns.get(i) + " AS " + names.old().get(i));
      answered.add(sql.alias() + "." + columns.get(i) + " AS " + names.fresh().get(i));
    }
    return "%s, segue_told AS (%s), segue_done AS (SELECT * FROM segue_was JOIN segue_told USING (%s))"
        .formatted(
            was(part, range, ", " + String.join(", ", asked)),
            told(part, String.join(", ", answered)),
            String.join(", ", names.keys()));
  }

  /// The places that rows of a range have when they are done.
  String places(String part, String range) {
    return "WITH %s, segue_told AS (%s) SELECT segue_to FROM segue_told"
        .formatted(was(part, range, ""), told(part, sql.alias() + ".ctid AS segue_to"));
  }

  /// What old and new values are called.
  record Names(List<String> keys, List<String> old, List<String> fresh) {}

  private String was(String part, String range, String more) {
    return "segue_was AS MATERIALIZED (SELECT ctid AS segue_at%s FROM %s WHERE %s AND (%s))"
        .formatted(more, rows(part), range, todo);
  }

  /// A place is one of a partition.
  private String told(String part, String answer) {
    String batch =
        "(%1$s.tableoid = %2$s::pg_catalog.regclass AND %1$s.ctid = ANY (ARRAY(SELECT segue_at FROM segue_was)))"
            .formatted(sql.alias(), literal(part));
    return sql.with(batch) + "\nRETURNING " + answer;
  }

  /// What is wrong with the statement, by its plan; blank: nothing.
  ///
  /// @param plan of this work, line by line, with all names
  String trouble(List<String> plan) {
    String line =
        IntStream.range(1, plan.size())
            .filter(i -> plan.get(i - 1).strip().equals("CTE segue_done"))
            .mapToObj(i -> plan.get(i).strip())
            .findFirst()
            .orElse("");
    String head = "->  Update on " + table;
    if (!line.equals(head) && !line.startsWith(head + " ")) {
      return "it is no UPDATE of " + table;
    }
    String alias = line.substring(head.length()).strip();
    String its = name(alias.isEmpty() ? called() : alias);
    // A plan numbers names that it has twice.
    return its.matches(Pattern.quote(name(sql.alias())) + "(_[0-9]+)?")
        ? ""
        : "%s is not what it calls the table that it writes".formatted(sql.alias());
  }

  private static String name(String written) {
    return written.startsWith("\"")
        ? written.substring(1, written.length() - 1)
        : written.toLowerCase(Locale.ROOT);
  }
}
