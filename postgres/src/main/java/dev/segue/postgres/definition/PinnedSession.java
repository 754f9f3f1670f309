package dev.segue.postgres.definition;

import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Collectors;

/// Settings under which the server writes the same value as the same text, whoever asks: names come
/// with their schema, floats with every digit, times in UTC.
public final class PinnedSession {

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("search_path", ""),
          Map.entry("timezone", "UTC"),
          Map.entry("datestyle", "ISO, YMD"),
          Map.entry("intervalstyle", "postgres"),
          Map.entry("extra_float_digits", "3"),
          Map.entry("bytea_output", "hex"),
          Map.entry("xmloption", "content"),
          Map.entry("lc_monetary", "C"),
          Map.entry("quote_all_identifiers", "off"),
          Map.entry("standard_conforming_strings", "on"),
          Map.entry("default_tablespace", ""),
          Map.entry("default_table_access_method", "heap"),
          // Bodies may name what comes later.
          Map.entry("check_function_bodies", "off"),
          // Rather an error than the rows a policy lets through.
          Map.entry("row_security", "off"),
          Map.entry("statement_timeout", "0"),
          Map.entry("idle_in_transaction_session_timeout", "0"),
          // A lock that cannot be had soon is not worth a queue behind us.
          Map.entry("lock_timeout", "5s"),
          Map.entry("synchronous_commit", "off"),
          Map.entry("client_min_messages", "error"));

  private static final String PIN =
      SETTINGS.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .map(s -> "set_config('%s', '%s', %%1$s)".formatted(s.getKey(), s.getValue()))
          .collect(Collectors.joining(", ", "select ", ""));

  private PinnedSession() {}

  /// For the open transaction; for the whole session when autocommit is on.
  public static void pin(Connection connection) throws SQLException {
    Sql.execute(connection, PIN.formatted(!connection.getAutoCommit()));
  }
}
