package dev.segue.postgres.oldnames;

import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// A statement that pg_stat_statements has counted in this database, whoever sent it.
///
/// @param id the server's own for the statement's form
/// @param text on one line, values as `$1`
public record Called(String id, long calls, String text) {

  private static final String EXTENSION =
      """
      select pg_catalog.quote_ident(n.nspname)
      from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_stat_statements'
        and pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage')
      """;

  /// object_not_in_prerequisite_state: created, but the server was not started with it.
  private static final String NOT_LOADED = "55000";

  /// The application's statements that both patterns are found in, the most called first. Empty
  /// when the statistics cannot be read, at all or not everybody's.
  public static Optional<List<Called>> matching(Connection connection, String one, String other)
      throws SQLException {
    Optional<String> schema = Prompt.first(connection, EXTENSION, row -> row.getString(1));
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(matching(connection, schema.get(), one, other));
    } catch (SQLException e) {
      if (NOT_LOADED.equals(e.getSQLState())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static List<Called> matching(
      Connection connection, String schema, String one, String other) throws SQLException {
    return Prompt.list(
        connection,
        // Definitions and copies name columns too, and are not the application's.
        """
        select s.queryid::text, sum(s.calls)::int8, min(regexp_replace(s.query, '\\s+', ' ', 'g'))
        from %s.pg_stat_statements s
        where s.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
          and s.query ~* ? and s.query ~* ?
          and s.query !~* '^\\s*(alter|analyze|comment|copy|create|deallocate|drop|explain|grant|lock|revoke|vacuum)\\M'
        group by s.queryid order by 2 desc
        """
            .formatted(schema),
        row -> new Called(row.getString(1), row.getLong(2), row.getString(3)),
        one,
        other);
  }

  /// A pattern that finds any of the names as a whole word.
  public static String word(List<String> names) {
    return OldName.word(names);
  }
}
