package dev.segue.postgres.backfill;

import dev.segue.change.Durations;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a copying will cost, from the catalogue's statistics.
///
/// @param rows about
/// @param tableBytes the rows as they are; each is written once more
/// @param indexBytes of the indexes, which may each get an entry more a row
/// @param quiet whether users' triggers are kept from firing
/// @param triggers that fire all the same
/// @param seesReplicas whether their lag can be watched
record Forecast(
    long rows,
    long tableBytes,
    long indexBytes,
    boolean quiet,
    List<String> triggers,
    boolean seesReplicas) {

  /// What a small server does at full pace (docs/benchmarks.md).
  private static final long ROWS_PER_SECOND = 50_000;

  /// A guess: round trips take most of a small batch.
  private static final long IN_SMALL_BATCHES = 40_000;

  private static final String SIZES =
      """
      select coalesce(sum(pg_catalog.pg_relation_size(oid)), 0)::bigint as in_table,
        coalesce(sum(pg_catalog.pg_indexes_size(oid)), 0)::bigint as in_indexes
      from unnest(?::bigint[]) oid
      """;

  /// Of each row, or of each statement; at an UPDATE.
  private static final String TRIGGERS =
      """
      select distinct tgname from pg_catalog.pg_trigger
      where tgrelid = any(?::bigint[]) and not tgisinternal and tgtype & 16 <> 0
        and tgenabled = any(?::text[])
      order by tgname
      """;

  Forecast {
    triggers = List.copyOf(triggers);
  }

  /// @param connection with autocommit on
  static Forecast of(Connection connection, String table) throws SQLException {
    return of(connection, table, true);
  }

  /// @param quietly whether users' triggers shall not fire
  static Forecast of(Connection connection, String table, boolean quietly) throws SQLException {
    List<Part> parts = Part.of(connection, table);
    Long[] oids = parts.stream().map(Part::oid).toArray(Long[]::new);
    boolean quiet = quietly && BatchSession.mayBeQuiet(connection);
    List<String> triggers =
        Prompt.list(
            connection,
            TRIGGERS,
            row -> row.getString(1),
            oids,
            quiet ? new String[] {"A", "R"} : new String[] {"A", "O"});
    boolean seesReplicas = ServerSignals.seesReplicas(connection);
    return Sql.one(
        connection,
        SIZES,
        row ->
            new Forecast(
                Part.rows(parts),
                row.getLong("in_table"),
                row.getLong("in_indexes"),
                quiet,
                triggers,
                seesReplicas),
        (Object) oids);
  }

  /// As the plan's note.
  String words(Site site) {
    return words(Terms.inStep(site), 1);
  }

  /// @param workers at once
  String words(Terms terms, int workers) {
    double share = terms.pace().share();
    double perSecond = (share < 1 ? IN_SMALL_BATCHES : ROWS_PER_SECOND) * share * workers;
    long seconds = Math.max(1, Math.round(rows / perSecond));
    return "about %s rows, by the statistics; in batches of %s, some %s at %s rows/s; up to %s in the table and %s in its indexes until vacuum makes them free again; %s%s"
        .formatted(
            number(rows),
            Durations.format(terms.pace().batchTime().at(terms.pace().share())),
            Durations.format(Duration.ofSeconds(seconds)),
            number(Math.round(perSecond)),
            bytes(tableBytes),
            bytes(indexBytes),
            aboutTriggers(),
            seesReplicas ? "" : "; replica lag cannot be watched without the role pg_monitor");
  }

  private String aboutTriggers() {
    String names = triggers.stream().collect(Collectors.joining(", "));
    if (quiet) {
      return triggers.isEmpty()
          ? "no trigger fires"
          : "no trigger fires but those that always do: " + names;
    }
    return triggers.isEmpty()
        ? "triggers fire, and there are none yet"
        : "triggers fire, for the role may not set session_replication_role: " + names;
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  static String bytes(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%,d kB", Math.ceilDiv(bytes, 1000))
        : String.format(Locale.ROOT, "%,d MB", Math.ceilDiv(bytes, 1_000_000));
  }
}
