package dev.segue.conductor.journal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The row of table `segue.lease` for one change, and what is done with it. All its times are the
/// server's.
///
/// A holder's transactions lock the row `for key share`, which its own heartbeat does not disturb
/// and a takeover, `for update`, waits for.
///
/// @param token which taking of the lease this is; null when it was given back
/// @param identity null when it was given back
record LeaseRow(
    long epoch,
    @Nullable String token,
    @Nullable Identity identity,
    @Nullable Instant since,
    @Nullable Instant heartbeatAt,
    boolean expired) {

  /// One taking of a lease.
  record Claim(String change, long epoch, String token, Duration ttl) {}

  private static final String IN_FLIGHT = "3s";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final String READ =
      """
      select epoch, token, host, machine, pid, started, held_by, since, heartbeat_at,
             coalesce(expires_at <= clock_timestamp(), true)
        from segue.lease where change = ?\
      """;

  static Optional<LeaseRow> read(Connection c, String change, boolean locked) throws SQLException {
    return Rows.list(c, locked ? READ + " for update" : READ, LeaseRow::of, change).stream()
        .findFirst();
  }

  Optional<Holder> holder() {
    Identity id = identity;
    if (id == null || since == null || heartbeatAt == null) {
      return Optional.empty();
    }
    boolean live = !expired && !id.dead();
    return Optional.of(new Holder(id.host(), id.pid(), id.user(), epoch, since, heartbeatAt, live));
  }

  /// Takes the lease, also when this very taking was committed before and the answer lost.
  ///
  /// @return the new epoch
  static long take(Connection c, String change, Identity me, String token, Duration ttl)
      throws SQLException {
    Rows.update(
        c, "insert into segue.lease (change, epoch) values (?, 0) on conflict do nothing", change);
    LeaseRow row = lock(c, change);
    if (token.equals(row.token())) {
      return row.epoch();
    }
    Optional<Holder> holder = row.holder().filter(Holder::live);
    if (holder.isPresent()) {
      throw LeaseHeldException.by(change, holder.get());
    }
    Rows.update(
        c,
        """
        update segue.lease
           set epoch = epoch + 1, token = ?, host = ?, machine = ?, pid = ?, started = ?,
               held_by = ?, since = clock_timestamp(), heartbeat_at = clock_timestamp(),
               expires_at = clock_timestamp() + make_interval(secs => ?)
         where change = ?\
        """,
        token,
        me.host(),
        me.machine(),
        me.pid(),
        me.started(),
        me.user(),
        seconds(ttl),
        change);
    return row.epoch() + 1;
  }

  /// Waits for what the last holder has in flight, but not for ever: it may have died in a long
  /// statement that the server goes on with.
  private static LeaseRow lock(Connection c, String change) throws SQLException {
    Rows.list(c, "select set_config('lock_timeout', ?, true)", row -> row.getString(1), IN_FLIGHT);
    try {
      return read(c, change, true).orElseThrow();
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw new LeaseHeldException(
            "A transaction of the conductor that had " + change + " before is still running");
      }
      throw e;
    }
  }

  /// @return false when another has taken the lease
  static boolean renew(Connection c, Claim claim) throws SQLException {
    return Rows.update(
            c,
            """
            update segue.lease
               set heartbeat_at = clock_timestamp(),
                   expires_at = clock_timestamp() + make_interval(secs => ?)
             where change = ? and epoch = ? and token = ?\
            """,
            seconds(claim.ttl()),
            claim.change(),
            claim.epoch(),
            claim.token())
        == 1;
  }

  /// Keeps the lease as it is until the transaction ends.
  ///
  /// @return false when another has taken it
  static boolean hold(Connection c, Claim claim) throws SQLException {
    return !Rows.list(
            c,
            """
            select epoch from segue.lease
             where change = ? and epoch = ? and token = ? for key share\
            """,
            row -> row.getLong(1),
            claim.change(),
            claim.epoch(),
            claim.token())
        .isEmpty();
  }

  static boolean giveBack(Connection c, Claim claim) throws SQLException {
    return Rows.update(
            c,
            """
            update segue.lease
               set token = null, host = null, machine = null, pid = null, started = null,
                   held_by = null, since = null, heartbeat_at = null, expires_at = null
             where change = ? and epoch = ? and token = ?\
            """,
            claim.change(),
            claim.epoch(),
            claim.token())
        == 1;
  }

  private static LeaseRow of(ResultSet row) throws SQLException {
    String host = row.getString(3);
    Identity identity =
        host == null
            ? null
            : new Identity(
                host, row.getString(4), row.getLong(5), row.getLong(6), row.getString(7));
    return new LeaseRow(
        row.getLong(1),
        row.getString(2),
        identity,
        Rows.instantOrNull(row, 8),
        Rows.instantOrNull(row, 9),
        row.getBoolean(10));
  }

  private static double seconds(Duration ttl) {
    return ttl.toMillis() / 1000.0;
  }
}
