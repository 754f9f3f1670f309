package dev.segue.postgres.backfill;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How far a copying came: a row of `segue.backfill` in the database itself, written by the
/// transaction of each batch. Where several copy at once, each range has one of its own, which says
/// all that its worker must know.
///
/// @param run that copies
/// @param range 0: of the whole
/// @param pass counts from 1
/// @param part where in this pass it is: those with smaller numbers are behind
/// @param way along which the position was reached
/// @param position the last key that was looked at; empty: none of the part
/// @param upto the last key of a range; empty: the part's last
record Checkpoint(
    String run,
    int range,
    int pass,
    long part,
    String way,
    List<String> position,
    List<String> upto,
    Counts counts,
    boolean finished) {

  private static final String MAKE =
      """
      select pg_catalog.pg_advisory_xact_lock(hashtext('segue schema'));
      create schema if not exists segue;
      create table if not exists segue.backfill (
        change text not null,
        step text not null,
        range int not null,
        run text not null,
        pass int not null,
        part bigint not null,
        way text not null,
        position text[] not null,
        upto text[] not null,
        seen bigint not null,
        found bigint not null,
        rows bigint not null,
        already bigint not null,
        batches bigint not null,
        worked_ms bigint not null,
        throttled_ms bigint not null,
        finished boolean not null,
        at timestamptz not null default now(),
        primary key (change, step, range)
      ) with (fillfactor = 10, autovacuum_vacuum_threshold = 1000);
      comment on table segue.backfill is 'How far the copying of changes came';
      """;

  /// A function, for statistics of statements know one of it, and would know as many blocks as
  /// there are batches. Made where the role may.
  private static final String MAKE_COUNTED =
      """
      do $make$
      begin
        perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('segue schema'));
        if pg_catalog.to_regprocedure('segue.counted(text)') is null then
          create function segue.counted(statement text) returns bigint language plpgsql as $body$
          declare
            n bigint;
          begin
            execute statement;
            get diagnostics n = row_count;
            return n;
          end $body$;
          comment on function segue.counted(text) is 'Carries a statement out, as whoever calls it, and says how many rows it did';
        end if;
      end $make$
      """;

  private static final String MAY_MAKE_COUNTED =
      """
      select pg_catalog.has_schema_privilege('segue', 'create') and exists (
          select from pg_catalog.pg_language
          where lanname = 'plpgsql' and pg_catalog.has_language_privilege(oid, 'usage'))
      """;

  private static final String MAY_COUNT =
      "select pg_catalog.has_function_privilege(pg_catalog.to_regprocedure('segue.counted(text)'), 'execute')";

  private static final String TOLD = "returning b.rows, " + BatchSession.TOOK + ", b.found";

  private static final String THERE =
      """
      select true from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'segue' and c.relname = 'backfill'
      """;

  private static final String INTO =
      """
      insert into segue.backfill as b (run, pass, part, way, position, upto, seen, found, rows,
        already, batches, worked_ms, throttled_ms, finished, change, step, range)
      """;

  private static final String ANEW =
      """
      on conflict (change, step, range) do update set run = excluded.run, pass = excluded.pass,
        part = excluded.part, way = excluded.way, position = excluded.position,
        upto = excluded.upto, seen = excluded.seen, found = excluded.found, rows = excluded.rows,
        already = excluded.already, batches = excluded.batches, worked_ms = excluded.worked_ms,
        throttled_ms = excluded.throttled_ms, finished = excluded.finished, at = now()
      """;

  private static final String WRITE =
      INTO + "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\n" + ANEW;

  private static final String READ =
      "select * from segue.backfill where change = ? and step = ? and run = ?";

  Checkpoint {
    position = List.copyOf(position);
    upto = List.copyOf(upto);
  }

  static Checkpoint begin(String run) {
    return new Checkpoint(run, 0, 1, 0, "", List.of(), List.of(), Counts.NONE, false);
  }

  /// At the beginning of a range.
  static Checkpoint range(
      String run, int range, int pass, Part part, List<String> from, List<String> upto) {
    return new Checkpoint(
        run, range, pass, part.oid(), part.way().name(), from, upto, Counts.NONE, false);
  }

  /// Makes the table where it is missing, and what counts for it.
  ///
  /// @param connection with autocommit on
  static void prepare(Connection connection) throws SQLException {
    if (!Prompt.asks(connection, THERE)) {
      Prompt.execute(connection, MAKE);
    }
    if (!mayCount(connection) && Prompt.asks(connection, MAY_MAKE_COUNTED)) {
      Prompt.execute(connection, MAKE_COUNTED);
    }
  }

  /// Whether the role may have statements counted by the server, see [#counted].
  static boolean mayCount(Connection connection) throws SQLException {
    return Prompt.asks(connection, MAY_COUNT);
  }

  /// The one a run has written; that of another run tells nothing about this one.
  static Optional<Checkpoint> of(Connection connection, Site site, String step, String run)
      throws SQLException {
    if (!Prompt.asks(connection, THERE)) {
      return Optional.empty();
    }
    return Prompt.first(
        connection, READ + " and range = 0", Checkpoint::read, site.change(), step, run);
  }

  /// Those of the ranges, where several copy at once.
  static List<Checkpoint> ranges(Connection connection, Site site, String step, String run)
      throws SQLException {
    return Prompt.list(
        connection,
        READ + " and range > 0 order by range",
        Checkpoint::read,
        site.change(),
        step,
        run);
  }

  private static Checkpoint read(ResultSet row) throws SQLException {
    return new Checkpoint(
        row.getString("run"),
        row.getInt("range"),
        row.getInt("pass"),
        row.getLong("part"),
        row.getString("way"),
        Sql.texts(row, "position"),
        Sql.texts(row, "upto"),
        new Counts(
            row.getLong("seen"),
            row.getLong("found"),
            row.getLong("rows"),
            row.getLong("already"),
            row.getLong("batches"),
            Duration.ofMillis(row.getLong("worked_ms")),
            Duration.ofMillis(row.getLong("throttled_ms"))),
        row.getBoolean("finished"));
  }

  /// In the caller's transaction.
  void write(Connection connection, Site site, String step) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setString(1, run);
      statement.setInt(2, pass);
      statement.setLong(3, part);
      statement.setString(4, way);
      statement.setArray(5, connection.createArrayOf("text", position.toArray()));
      statement.setArray(6, connection.createArrayOf("text", upto.toArray()));
      statement.setLong(7, counts.seen());
      statement.setLong(8, counts.found());
      statement.setLong(9, counts.rows());
      statement.setLong(10, counts.already());
      statement.setLong(11, counts.batches());
      statement.setLong(12, counts.worked().toMillis());
      statement.setLong(13, counts.throttled().toMillis());
      statement.setBoolean(14, finished);
      statement.setString(15, site.change());
      statement.setString(16, step);
      statement.setInt(17, range);
      statement.executeUpdate();
    }
  }

  /// One statement that does a batch and writes this position, to which it adds the rows that it
  /// did; it answers with the rows of all batches, how many microseconds it took, and the rows that
  /// were found in this pass.
  ///
  /// @param done queries as in WITH, of which `segue_done` has the rows that were done
  /// @param found how many were to be done, over these queries and `n`, which is how many were
  /// @param walked whether those are also the rows that were walked over
  String written(String done, String found, boolean walked, Site site, String step) {
    return "WITH %s\n%sselect %s from (select count(*) as n from segue_done) as segue_count\n%s%s"
        .formatted(done, INTO, values(found, walked, site, step), ANEW, TOLD);
  }

  /// The same with an UPDATE that the server counts by itself: handing rows on to be counted costs
  /// more than finding them. It comes upon none but those that it does.
  ///
  /// @param done an UPDATE of the rows that are to be done
  String counted(String done, boolean walked, Site site, String step) {
    return "%sselect %s from segue.counted(%s) as segue_count (n)\n%s%s"
        .formatted(INTO, values("n", walked, site, step), literal(done), ANEW, TOLD);
  }

  private String values(String found, boolean walked, Site site, String step) {
    return Stream.of(
            literal(run),
            pass + "",
            part + "",
            literal(way),
            texts(position),
            texts(upto),
            counts.seen() + (walked ? " + n" : ""),
            counts.found() + " + " + found,
            counts.rows() + " + n",
            counts.already() + "",
            counts.batches() + "",
            counts.worked().toMillis() + "",
            counts.throttled().toMillis() + "",
            finished + "",
            literal(site.change()),
            literal(step),
            range + "")
        .collect(Collectors.joining(", "));
  }

  private static String texts(List<String> all) {
    return all.stream()
        .map(Identifiers::literal)
        .collect(Collectors.joining(", ", "array[", "]::text[]"));
  }

  /// In the caller's transaction; nothing happens where there is none.
  static void forget(Connection connection, Site site, String step) throws SQLException {
    forget(connection, site, step, 0);
  }

  /// The same, of ranges alone.
  static void forgetRanges(Connection connection, Site site, String step) throws SQLException {
    forget(connection, site, step, 1);
  }

  private static void forget(Connection connection, Site site, String step, int from)
      throws SQLException {
    if (Prompt.asks(connection, THERE)) {
      Prompt.list(
          connection,
          "delete from segue.backfill where change = ? and step = ? and range >= ? returning step",
          row -> row.getString(1),
          site.change(),
          step,
          from);
    }
  }

  long rows() {
    return counts.rows();
  }

  /// At a part; at its beginning, unless it was reached along the same way before.
  Checkpoint in(Part there) {
    return part == there.oid() && way.equals(there.way().name())
        ? this
        : new Checkpoint(
            run, range, pass, there.oid(), there.way().name(), List.of(), upto, counts, false);
  }

  /// After a batch.
  Checkpoint after(List<String> to, long walked, long done, long left) {
    long next = to.isEmpty() && range == 0 ? part + 1 : part;
    Counts sum = counts.batch(walked, done, left);
    return new Checkpoint(run, range, pass, next, way, to, upto, sum, to.isEmpty() && range > 0);
  }

  /// Past rows of which none was to be done; no batch.
  Checkpoint past(List<String> to, long walked) {
    return new Checkpoint(run, range, pass, part, way, to, upto, counts.past(walked), finished);
  }

  Checkpoint with(Counts other) {
    return new Checkpoint(run, range, pass, part, way, position, upto, other, finished);
  }

  /// After all parts: done, or once more.
  Checkpoint turn(boolean over) {
    return new Checkpoint(
        run, 0, over ? pass : pass + 1, 0, "", List.of(), List.of(), counts.anew(pass == 1), over);
  }
}
