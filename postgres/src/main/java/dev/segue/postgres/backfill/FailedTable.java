package dev.segue.postgres.backfill;

import dev.segue.backfill.Failures.Failed;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// `segue.backfill_failed`: the rows that could not be done, with their reasons.
record FailedTable(Site site, String step) {

  private static final String MAKE =
      """
      select pg_catalog.pg_advisory_xact_lock(hashtext('segue schema'));
      create schema if not exists segue;
      create table if not exists segue.backfill_failed (
        change text not null,
        step text not null,
        item text not null,
        "column" text not null,
        value text,
        sqlstate text not null,
        reason text not null,
        replaced boolean not null,
        at timestamptz not null default now(),
        primary key (change, step, item)
      );
      alter table segue.backfill_failed add column if not exists key text[];
      comment on table segue.backfill_failed is 'Rows that backfills could not give their new form';
      """;

  private static final String KEEP =
      """
      insert into segue.backfill_failed as f
        (change, step, item, "column", value, sqlstate, reason, replaced, key)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (change, step, item) do update set "column" = excluded."column",
        value = excluded.value, sqlstate = excluded.sqlstate, reason = excluded.reason,
        replaced = excluded.replaced, key = excluded.key, at = now()
      returning step
      """;

  private static final String ALL =
      """
      select item, "column", value, sqlstate, reason from segue.backfill_failed
      where change = ? and step = ? and not replaced order by at, item
      """;

  private static final int AT_ONCE = 1000;

  private static final String THERE =
      "select pg_catalog.to_regclass('segue.backfill_failed') is not null";

  private static final String COMPLETE =
      """
      select exists (
        select from pg_catalog.pg_attribute
        where attrelid = pg_catalog.to_regclass('segue.backfill_failed') and attname = 'key'
          and not attisdropped)
      """;

  /// @param replaced by the default
  record Count(long failed, long replaced) {}

  void prepare(Connection connection) throws SQLException {
    if (!Prompt.asks(connection, COMPLETE)) {
      Prompt.execute(connection, MAKE);
    }
  }

  /// In the caller's transaction.
  ///
  /// @param key by which the row is found again; empty: it has none
  void keep(Connection connection, Failed failed, List<String> key, boolean replaced)
      throws SQLException {
    Sql.list(
        connection,
        KEEP,
        row -> row.getString(1),
        site.change(),
        step,
        failed.item(),
        failed.field(),
        failed.value(),
        failed.code(),
        failed.reason(),
        replaced,
        key.isEmpty() ? null : key.toArray(String[]::new));
  }

  Count count(Connection connection) throws SQLException {
    if (!Prompt.asks(connection, THERE)) {
      return new Count(0, 0);
    }
    return Sql.one(
        connection,
        """
        select count(*) filter (where not replaced) as failed,
          count(*) filter (where replaced) as replaced
        from segue.backfill_failed where change = ? and step = ?
        """,
        row -> new Count(row.getLong("failed"), row.getLong("replaced")),
        site.change(),
        step);
  }

  /// A row that could not be done.
  record Listed(String item, List<String> key) {}

  /// Those that are left in their old form.
  List<Listed> listed(Connection connection) throws SQLException {
    return Prompt.list(
        connection,
        "select item, key from segue.backfill_failed"
            + " where change = ? and step = ? and not replaced order by at, item",
        row -> new Listed(row.getString("item"), Sql.texts(row, "key")),
        site.change(),
        step);
  }

  /// What is listed from before a moment is so no longer: all rows have been looked at since. In
  /// the caller's transaction.
  void onlySince(Connection connection, Timestamp moment) throws SQLException {
    Prompt.list(
        connection,
        "delete from segue.backfill_failed"
            + " where change = ? and step = ? and not replaced and at < ? returning item",
        row -> row.getString(1),
        site.change(),
        step,
        moment);
  }

  /// Which of them are there, as of this transaction.
  ///
  /// @param failed whether those count that have no default
  Set<String> known(Connection connection, Collection<String> items, boolean failed)
      throws SQLException {
    return Set.copyOf(
        Prompt.list(
            connection,
            "select item from segue.backfill_failed where change = ? and step = ?"
                + " and item = any(?) and (replaced or ?)",
            row -> row.getString(1),
            site.change(),
            step,
            items.toArray(String[]::new),
            failed));
  }

  /// Those that have no default. For [dev.segue.backfill.Failures#heldBy].
  ///
  /// @param connection with autocommit on
  void each(Connection connection, Consumer<Failed> told) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement statement = connection.prepareStatement(ALL)) {
      statement.setFetchSize(AT_ONCE);
      statement.setString(1, site.change());
      statement.setString(2, step);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          told.accept(
              new Failed(
                  row.getString("item"),
                  row.getString("column"),
                  row.getString("value"),
                  row.getString("sqlstate"),
                  row.getString("reason")));
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /// Those are as they should be after all. In the caller's transaction.
  void mended(Connection connection, Collection<String> items) throws SQLException {
    Prompt.list(
        connection,
        "delete from segue.backfill_failed where change = ? and step = ? and item = any(?)"
            + " returning item",
        row -> row.getString(1),
        site.change(),
        step,
        items.toArray(String[]::new));
  }

  /// In the caller's transaction.
  void forget(Connection connection) throws SQLException {
    if (Prompt.asks(connection, THERE)) {
      Prompt.list(
          connection,
          "delete from segue.backfill_failed where change = ? and step = ? returning item",
          row -> row.getString(1),
          site.change(),
          step);
    }
  }
}
