package dev.segue.postgres.backfill;

import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How far a copying came: a row of `segue.backfill` in the database itself, written by the
/// transaction of each batch.
///
/// @param run that copies
/// @param pass counts from 1
/// @param part where in this pass it is: those with smaller numbers are behind
/// @param way along which the position was reached
/// @param position the last key that was looked at; empty: none of the part
/// @param seen rows walked over in this pass, about
/// @param found rows that were to be done in this pass, those that were locked included
/// @param rows done, of all passes
/// @param worked time at work and at rest
/// @param throttled of it, stopped by a limit
record Checkpoint(
    String run,
    int pass,
    long part,
    String way,
    List<String> position,
    long seen,
    long found,
    long rows,
    long batches,
    Duration worked,
    Duration throttled,
    boolean finished) {

  private static final String MAKE =
      """
      select pg_catalog.pg_advisory_xact_lock(hashtext('segue schema'));
      create schema if not exists segue;
      create table if not exists segue.backfill (
        change text not null,
        step text not null,
        run text not null,
        pass int not null,
        part bigint not null,
        way text not null,
        position text[] not null,
        seen bigint not null,
        found bigint not null,
        rows bigint not null,
        batches bigint not null,
        worked_ms bigint not null,
        throttled_ms bigint not null,
        finished boolean not null,
        at timestamptz not null default now(),
        primary key (change, step)
      ) with (fillfactor = 10, autovacuum_vacuum_threshold = 1000);
      comment on table segue.backfill is 'How far the copying of changes came';
      """;

  private static final String THERE =
      """
      select true from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'segue' and c.relname = 'backfill'
      """;

  private static final String WRITE =
      """
      insert into segue.backfill as b (run, pass, part, way, position, seen, found, rows, batches,
        worked_ms, throttled_ms, finished, change, step)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (change, step) do update set run = excluded.run, pass = excluded.pass,
        part = excluded.part, way = excluded.way, position = excluded.position,
        seen = excluded.seen, found = excluded.found, rows = excluded.rows,
        batches = excluded.batches, worked_ms = excluded.worked_ms,
        throttled_ms = excluded.throttled_ms, finished = excluded.finished, at = now()
      """;

  Checkpoint {
    position = List.copyOf(position);
  }

  static Checkpoint begin(String run) {
    return new Checkpoint(
        run, 1, 0, "", List.of(), 0, 0, 0, 0, Duration.ZERO, Duration.ZERO, false);
  }

  /// Makes the table where it is missing.
  ///
  /// @param connection with autocommit on
  static void prepare(Connection connection) throws SQLException {
    if (!Prompt.asks(connection, THERE)) {
      Prompt.execute(connection, MAKE);
    }
  }

  /// The one a run has written; that of another run tells nothing about this one.
  static Optional<Checkpoint> of(Connection connection, Site site, String step, String run)
      throws SQLException {
    if (!Prompt.asks(connection, THERE)) {
      return Optional.empty();
    }
    return Prompt.first(
        connection,
        "select * from segue.backfill where change = ? and step = ? and run = ?",
        Checkpoint::read,
        site.change(),
        step,
        run);
  }

  private static Checkpoint read(ResultSet row) throws SQLException {
    return new Checkpoint(
        row.getString("run"),
        row.getInt("pass"),
        row.getLong("part"),
        row.getString("way"),
        Sql.texts(row, "position"),
        row.getLong("seen"),
        row.getLong("found"),
        row.getLong("rows"),
        row.getLong("batches"),
        Duration.ofMillis(row.getLong("worked_ms")),
        Duration.ofMillis(row.getLong("throttled_ms")),
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
      statement.setLong(6, seen);
      statement.setLong(7, found);
      statement.setLong(8, rows);
      statement.setLong(9, batches);
      statement.setLong(10, worked.toMillis());
      statement.setLong(11, throttled.toMillis());
      statement.setBoolean(12, finished);
      statement.setString(13, site.change());
      statement.setString(14, step);
      statement.executeUpdate();
    }
  }

  /// In the caller's transaction; nothing happens where there is none.
  static void forget(Connection connection, Site site, String step) throws SQLException {
    if (Prompt.asks(connection, THERE)) {
      Prompt.list(
          connection,
          "delete from segue.backfill where change = ? and step = ? returning step",
          row -> row.getString(1),
          site.change(),
          step);
    }
  }

  /// At a part; at its beginning, unless it was reached along the same way before.
  Checkpoint in(Part there) {
    return part == there.oid() && way.equals(there.way().name())
        ? this
        : new Checkpoint(
            run,
            pass,
            there.oid(),
            there.way().name(),
            List.of(),
            seen,
            found,
            rows,
            batches,
            worked,
            throttled,
            false);
  }

  /// After a batch.
  ///
  /// @param left rows that were to be done, and are not
  Checkpoint after(List<String> to, long walked, long done, long left) {
    return new Checkpoint(
        run,
        pass,
        to.isEmpty() ? part + 1 : part,
        way,
        to,
        seen + walked,
        found + done + left,
        rows + done,
        batches + 1,
        worked,
        throttled,
        false);
  }

  /// @param work at work and at rest
  Checkpoint after(Duration work, Duration stopped) {
    return new Checkpoint(
        run,
        pass,
        part,
        way,
        position,
        seen,
        found,
        rows,
        batches,
        worked.plus(work),
        throttled.plus(stopped),
        finished);
  }

  /// After all parts: done, where nothing was found; else once more.
  Checkpoint turn() {
    boolean over = found == 0;
    return new Checkpoint(
        run,
        over ? pass : pass + 1,
        0,
        "",
        List.of(),
        0,
        0,
        rows,
        batches,
        worked,
        throttled,
        over);
  }
}
