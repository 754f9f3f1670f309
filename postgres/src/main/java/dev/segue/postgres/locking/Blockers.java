package dev.segue.postgres.locking;

import dev.segue.change.Durations;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// Sessions that hold a lock on a table, and so keep an exclusive one away.
public final class Blockers {

  /// Partitions count too. Whoever has prepared a transaction is gone; its name stands for it.
  private static final String HOLDERS =
      """
      with named as (
        select pg_catalog.to_regclass(r)::oid as oid from unnest(?::text[]) r
        where pg_catalog.to_regclass(r) is not null)
      select distinct l.pid, a.usename, a.application_name, coalesce(a.state, a.backend_type) as state,
        coalesce(extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared)), 0) as age,
        left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 80) as query, p.gid
      from pg_catalog.pg_locks l
      left join pg_catalog.pg_stat_activity a on a.pid = l.pid
      left join pg_catalog.pg_prepared_xacts p on l.virtualtransaction = '-1/' || p.transaction
      where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_backend_pid()
        and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and l.relation in (
          select r.oid from named r
          union all
          select t.relid from named r, pg_catalog.pg_partition_tree(r.oid) t)
      order by age desc
      """;

  /// Whoever this backend waits for.
  private static final String BEFORE =
      """
      select a.pid, a.usename, a.application_name, coalesce(a.state, a.backend_type) as state,
        coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0) as age,
        left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 80) as query, null as gid
      from pg_catalog.pg_stat_activity a where a.pid = any (pg_catalog.pg_blocking_pids(?))
      order by age desc
      """;

  /// CONCURRENTLY waits for every older one in the database, whatever it reads.
  private static final String OLD =
      """
      with old as (
        select a.pid, a.usename, a.application_name, coalesce(a.state, a.backend_type) as state,
          a.xact_start as began, left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80) as query,
          null as gid
        from pg_catalog.pg_stat_activity a
        where a.datname = current_database() and a.pid <> pg_backend_pid()
          and a.backend_type <> 'autovacuum worker'
        union all
        select 0, p.owner, null, null, p.prepared, null, p.gid
        from pg_catalog.pg_prepared_xacts p where p.database = current_database())
      select *, extract(epoch from clock_timestamp() - began) as age from old
      where began < clock_timestamp() - ?::float8 * interval '1 ms'
      order by age desc
      """;

  private Blockers() {}

  /// Transactions in this database that have been open for longer, the oldest first.
  public static List<Session> olderThan(Connection connection, Duration age) throws SQLException {
    return Prompt.list(connection, OLD, Session::read, (double) age.toMillis());
  }

  /// Those that a backend waits for, the oldest transaction first.
  public static List<Session> before(Connection connection, int pid) throws SQLException {
    return Prompt.list(connection, BEFORE, Session::read, pid);
  }

  /// Those on any of the relations, the oldest transaction first.
  ///
  /// @param relations as SQL names them; names that nobody has are passed over
  public static List<Session> of(Connection connection, List<String> relations)
      throws SQLException {
    return Prompt.list(
        connection, HOLDERS, Session::read, (Object) relations.toArray(String[]::new));
  }

  /// @param pid 0 for a prepared transaction
  /// @param age of its transaction
  public record Session(int pid, Duration age, String words) {

    private static Session read(ResultSet row) throws SQLException {
      Duration age = Duration.ofMillis((long) (row.getDouble("age") * 1000));
      String lasting = ", in a transaction for " + Durations.format(rounded(age));
      String words =
          row.getString("gid") != null
              ? "prepared transaction '" + row.getString("gid") + "'" + lasting
              : "pid %d, user %s, application '%s', %s%s: %s"
                  .formatted(
                      row.getInt("pid"),
                      row.getString("usename"),
                      row.getString("application_name"),
                      row.getString("state"),
                      lasting,
                      row.getString("query"));
      return new Session(row.getInt("pid"), age, words);
    }

    private static Duration rounded(Duration age) {
      return age.toSeconds() < 1 ? age : Duration.ofSeconds(age.toSeconds());
    }

    @Override
    public String toString() {
      return words;
    }
  }
}
