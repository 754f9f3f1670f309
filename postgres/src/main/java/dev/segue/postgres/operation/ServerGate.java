package dev.segue.postgres.operation;

import dev.segue.change.Durations;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddPrimaryKey;
import dev.segue.change.SchemaOperation.AddUnique;
import dev.segue.change.SchemaOperation.AttachPartition;
import dev.segue.change.SchemaOperation.CreateIndex;
import dev.segue.change.SchemaOperation.DetachPartition;
import dev.segue.change.SchemaOperation.DropIndex;
import dev.segue.change.SchemaOperation.RebuildIndex;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.columns.Columns;
import dev.segue.postgres.locking.Blockers;
import dev.segue.postgres.locking.Blockers.Session;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Is this server fit for a change to its schema, whatever the change is?
///
/// @param operations all of the change
public record ServerGate(Site site, List<SchemaOperation> operations) implements GateCheck {

  private static final String NAME = "server";

  private static final int OLDEST = 14;
  private static final int NEWEST = 18;

  /// Indexes that 14.0 to 14.3 build concurrently may lack rows.
  private static final int CORRUPTING_FROM = 140000;

  private static final int CORRUPTING_TO = 140003;

  /// A standby that is so far behind will be further behind with what the change writes.
  private static final Duration LAG = Duration.ofSeconds(10);

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration TOO_LONG = Duration.ofMinutes(10);

  public ServerGate {
    operations = List.copyOf(operations);
  }

  @Override
  public List<Finding> ask(Progress progress) {
    try (Connection connection = site.open("asking about the server")) {
      List<Finding> findings = new ArrayList<>();
      findings.add(version(connection.getMetaData().getDatabaseMajorVersion()));
      writable(connection).ifPresent(findings::add);
      patience(connection).ifPresent(findings::add);
      findings.addAll(lag(connection));
      if (operations.stream().anyMatch(ServerGate::concurrently)) {
        corrupting(connection).ifPresent(findings::add);
        findings.addAll(longTransactions(connection));
      }
      findings.addAll(invalidIndexes(connection));
      findings.addAll(new SpaceNeeded(connection, site, operations).ask());
      return List.copyOf(findings);
    } catch (SegueException e) {
      return List.of(Finding.refused(NAME, String.valueOf(e.getMessage()), e.remedy()));
    } catch (SQLException e) {
      return List.of(
          Finding.refused(
              NAME, String.valueOf(Sql.failed("asking about the server", e).getMessage()), null));
    }
  }

  private static boolean concurrently(SchemaOperation operation) {
    return Columns.carryOut(operation)
        || operation instanceof CreateIndex
        || operation instanceof DropIndex
        || operation instanceof RebuildIndex
        || operation instanceof AddUnique
        || operation instanceof AddPrimaryKey
        || operation instanceof AttachPartition
        || operation instanceof DetachPartition;
  }

  private static Finding version(int major) {
    String message = "PostgreSQL " + major;
    if (major < OLDEST) {
      return Finding.refused(
          NAME, message + " is too old: 14 to 18 are supported", "Upgrade the server first.");
    }
    return major > NEWEST
        ? Finding.warning(NAME, message + " is newer than any Segue was tried on: 14 to 18", null)
        : Finding.passed(NAME, message);
  }

  private static Optional<Finding> writable(Connection connection) throws SQLException {
    if (Prompt.asks(connection, "select pg_catalog.pg_is_in_recovery()")) {
      return Optional.of(
          Finding.refused(
              NAME,
              "This server is a standby; it takes no changes",
              "Point postgres.url at the primary."));
    }
    return Prompt.asks(connection, "select current_setting('transaction_read_only')::bool")
        ? Optional.of(
            Finding.refused(
                NAME,
                "Transactions are read-only here (default_transaction_read_only)",
                "ALTER ROLE or ALTER DATABASE … SET default_transaction_read_only = off."))
        : Optional.empty();
  }

  /// Two locks are waited for one after the other; past deadlock_timeout the server may end the
  /// application's statement instead of ours, unless we may look for deadlocks first.
  private Optional<Finding> patience(Connection connection) throws SQLException {
    long deadlock =
        Prompt.first(
                connection,
                """
                select case when rolsuper then 1e9 else
                  extract(epoch from current_setting('deadlock_timeout')::interval) * 1000 end
                from pg_catalog.pg_roles where rolname = current_user
                """,
                row -> row.getLong(1))
            .orElse(Long.MAX_VALUE);
    long patience = site.target().lockTimeout().toMillis();
    return 2 * patience < deadlock
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                NAME,
                "postgres.lock-timeout is %d ms and the server's deadlock_timeout %d ms: a statement of the application may be ended in our favour"
                    .formatted(patience, deadlock),
                "Keep lock-timeout under half of deadlock_timeout."));
  }

  private static List<Finding> lag(Connection connection) throws SQLException {
    return Prompt.list(
        connection,
        """
        select application_name,
          coalesce(extract(epoch from replay_lag), 0)::float8 as seconds,
          coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn), 0)::int8
            as bytes
        from pg_catalog.pg_stat_replication
        where replay_lag > ?::float8 * interval '1 second'
        """,
        row ->
            Finding.advisedAgainst(
                NAME,
                "standby '%s' is %.1f s (%,d bytes) behind; more than %s is too much"
                    .formatted(
                        row.getString("application_name"),
                        row.getDouble("seconds"),
                        row.getLong("bytes"),
                        Durations.format(LAG)),
                "Wait until it has caught up."),
        (double) LAG.toSeconds());
  }

  private static Optional<Finding> corrupting(Connection connection) throws SQLException {
    int version =
        Prompt.list(
                connection,
                "select current_setting('server_version_num')::int",
                row -> row.getInt(1))
            .getFirst();
    return version >= CORRUPTING_FROM && version <= CORRUPTING_TO
        ? Optional.of(
            Finding.refused(
                NAME,
                "PostgreSQL 14.0 to 14.3 may leave rows out of an index that is built concurrently",
                "Upgrade to 14.4 or newer first."))
        : Optional.empty();
  }

  private static List<Finding> longTransactions(Connection connection) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (Session session : Blockers.olderThan(connection, LONG)) {
      String message = "what is done concurrently waits for a long transaction: " + session;
      findings.add(
          session.age().compareTo(TOO_LONG) > 0
              ? Finding.advisedAgainst(NAME, message, "Let it end first.")
              : Finding.warning(NAME, message, "Let it end first."));
    }
    return findings;
  }

  private List<Finding> invalidIndexes(Connection connection) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (String written : tables()) {
      Optional<Relation> table = Relation.find(connection, written);
      if (table.isPresent()) {
        findings.addAll(
            Prompt.list(
                connection,
                """
                select x.indexrelid::regclass::text as name from pg_catalog.pg_index x
                join pg_catalog.pg_class c on c.oid = x.indexrelid
                where not x.indisvalid and c.relkind = 'i' and c.relname <> all (?::text[])
                  and (x.indrelid = ?::int8::oid or x.indrelid in (
                    select relid from pg_catalog.pg_partition_tree(?::int8::oid)))
                """,
                row -> invalid(row.getString("name"), written),
                made(),
                table.get().oid(),
                table.get().oid()));
      }
    }
    return findings;
  }

  private static Finding invalid(String index, String table) {
    return Finding.advisedAgainst(
        NAME,
        "index %s of %s is not valid: a build was cut short, or is under way"
            .formatted(index, table),
        "REINDEX INDEX CONCURRENTLY " + index + ", or drop it.");
  }

  private List<String> tables() {
    return operations.stream()
        .<String>mapMulti((operation, each) -> {
          if (operation.table() != null) {
            each.accept(operation.table());
          }
        })
        .distinct()
        .toList();
  }

  /// What an operation builds itself, it builds again where a build was cut short.
  private String[] made() {
    List<String> names = new ArrayList<>();
    for (SchemaOperation operation : operations) {
      if (operation instanceof CreateIndex create) {
        names.add(create.name());
      } else if (operation instanceof AddUnique unique) {
        names.add(unique.name());
      } else if (operation instanceof AddPrimaryKey key) {
        names.add(key.name());
      }
    }
    return names.toArray(String[]::new);
  }
}
