package dev.segue.postgres.backfill;

import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Where old values are kept until `finish`.
sealed interface Keeping permits Aside, Beside, Keeping.Nowhere {

  /// More than this is kept in the rows themselves, where it costs less.
  long MOST_ASIDE = 1L << 30;

  /// Makes room for what will be kept; nothing happens where it is made.
  void prepare(StepContext context);

  /// The copying, and what it overwrites kept.
  Work forward(Declared declared);

  /// Gives rows their old values back where they hold what was set.
  Work back(Declared declared);

  /// Of rows that hold what was set, and have not been given back what was kept of them; as of one
  /// moment, so that none is overlooked that somebody moves meanwhile.
  ///
  /// @param connection with autocommit off
  boolean unsettled(Connection connection, Declared declared) throws SQLException;

  /// A look at all of a table takes as long as it takes.
  static boolean any(Connection connection, String rows) throws SQLException {
    BatchSession.begin(
        connection,
        List.of(
            "SET TRANSACTION READ ONLY",
            "SET LOCAL statement_timeout = 0",
            "SET LOCAL row_security = off"));
    long some =
        BatchSession.update(
            connection, List.of(), "SELECT count(*) FROM (SELECT FROM " + rows + " LIMIT 1) AS s");
    connection.commit();
    return some > 0;
  }

  /// Whether anything is there.
  boolean there(Connection connection) throws SQLException;

  /// Takes it all away; nothing happens where there is none.
  void remove(StepContext context);

  /// Where, for people.
  String words();

  /// A row, besides what is kept of it.
  int ROW = 28;

  /// The one that stands, else the one that the file asks for; where that leaves the choice, by
  /// size.
  static Keeping of(Connection connection, Site site, Declared declared) throws SQLException {
    Aside aside = Aside.of(site, declared);
    Beside beside = Beside.of(site, declared);
    if (aside.there(connection)) {
      return aside;
    }
    if (beside.there(connection)) {
      return beside;
    }
    return switch (declared.rows().keep()) {
      case BACKUP -> new Nowhere();
      case ASIDE -> aside;
      case BESIDE -> beside;
      case AUTO -> chosen(connection, declared, aside, beside);
    };
  }

  private static Keeping chosen(
      Connection connection, Declared declared, Aside aside, Beside beside) throws SQLException {
    if (declared.writes() instanceof ByStatement) {
      return aside;
    }
    if (declared.key().isEmpty()) {
      return beside;
    }
    boolean small = bytes(connection, declared) <= MOST_ASIDE;
    return small || beside.trouble(connection, declared).isPresent() ? aside : beside;
  }

  /// What it would need aside, by the statistics.
  static long bytes(Connection connection, Declared declared) throws SQLException {
    List<Part> parts = Part.of(connection, declared.writes().table());
    Long[] oids = parts.stream().map(Part::oid).toArray(Long[]::new);
    String[] set = declared.rows().set().columns().toArray(new String[0]);
    long wide =
        Prompt.first(
                connection,
                """
                select coalesce(max(w), 0)::bigint from (
                  select sum(2 * s.avg_width) as w from pg_catalog.pg_stats s
                  join pg_catalog.pg_namespace n on n.nspname = s.schemaname
                  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = s.tablename
                  where c.oid = any(?::bigint[]) and s.attname = any(?) and not s.inherited
                  group by c.oid) k
                """,
                row -> row.getLong(1),
                oids,
                set)
            .orElse(0L);
    return Part.rows(parts)
        * (ROW + wide + 8L * declared.key().map(k -> k.columns().size()).orElse(0));
  }

  /// The way back is the backup.
  record Nowhere() implements Keeping {

    @Override
    public void prepare(StepContext context) {}

    @Override
    public Work forward(Declared declared) {
      return declared.writes();
    }

    @Override
    public Work back(Declared declared) {
      throw new IllegalStateException("nothing is kept");
    }

    @Override
    public boolean unsettled(Connection connection, Declared declared) {
      return false;
    }

    @Override
    public boolean there(Connection connection) {
      return false;
    }

    @Override
    public void remove(StepContext context) {}

    @Override
    public String words() {
      return "nowhere: the way back is the backup";
    }
  }
}
