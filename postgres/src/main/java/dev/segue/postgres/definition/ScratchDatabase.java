package dev.segue.postgres.definition;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Database;
import dev.segue.postgres.sql.Sql;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An empty database with the encoding and collation of another, dropped when closed.
///
/// One whose process died is dropped by the next that is made on its server: its name says when it
/// was made, on which machine and by which process, from the first moment on.
public final class ScratchDatabase implements AutoCloseable {

  private static final String PREFIX = "segue_scratch_";

  /// One of another machine is dropped when it is this old and nobody is connected.
  private static final Duration OLD = Duration.ofHours(6);

  private static final DateTimeFormatter DIGITS = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");
  private static final DateTimeFormatter STAMP = DIGITS.withZone(ZoneOffset.UTC);

  /// Time, machine, process, and a number of its own.
  private static final Pattern NAME =
      Pattern.compile(PREFIX + "(\\d{14})_([0-9a-f]{8})_(\\d+)_[0-9a-f]{8}");

  private final DatabaseUrl url;
  private final DatabaseUrl server;

  private ScratchDatabase(DatabaseUrl server, String name) {
    this.server = server;
    this.url = server.withDatabase(name);
  }

  /// Makes one on the target's scratch server, which is its own where no other is named.
  ///
  /// @throws SegueException USER `scratch-refused` where the role may not create databases, USER
  ///   `scratch-version` where the scratch server is of another major version
  public static ScratchDatabase like(PostgresTarget target) {
    DatabaseUrl server = server(target);
    try (Connection original = Database.open(target.url(), "looking at its locale");
        Connection connection = Database.open(server, "making a scratch database")) {
      checkVersion(original, connection, server);
      dropLeftovers(connection);
      String name =
          PREFIX
              + STAMP.format(Instant.now())
              + "_"
              + machine()
              + "_"
              + ProcessHandle.current().pid()
              + "_"
              + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
      Sql.execute(connection, create(original, name));
      Sql.execute(
          connection,
          "COMMENT ON DATABASE %s IS %s"
              .formatted(name, Sql.literal("segue: a scratch database, made on " + host())));
      return new ScratchDatabase(server, name);
    } catch (SQLException e) {
      throw refused(server, e);
    }
  }

  /// Whether one could be made; makes none.
  ///
  /// @throws SegueException as [#like] does
  public static void check(PostgresTarget target) {
    DatabaseUrl server = server(target);
    try (Connection original = Database.open(target.url(), "looking at its version");
        Connection connection = Database.open(server, "looking for a place to try things")) {
      checkVersion(original, connection, server);
      boolean may =
          Sql.one(
              connection,
              "select rolsuper or rolcreatedb from pg_catalog.pg_roles where rolname = current_user",
              row -> row.getBoolean(1));
      if (!may) {
        throw refused(server, null);
      }
    } catch (SQLException e) {
      throw refused(server, e);
    }
  }

  public DatabaseUrl url() {
    return url;
  }

  /// A session with autocommit on.
  public Connection connect() {
    return Database.open(url, "trying things");
  }

  /// Ends every session in it and drops it.
  @Override
  public void close() {
    try (Connection connection = Database.open(server, "dropping a scratch database")) {
      Sql.execute(connection, "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(url.database()));
    } catch (SQLException e) {
      throw Sql.failed("dropping the scratch database " + url.database(), e);
    }
  }

  private static DatabaseUrl server(PostgresTarget target) {
    DatabaseUrl scratch = target.scratch();
    return scratch == null ? target.url() : scratch;
  }

  private static void checkVersion(Connection original, Connection scratch, DatabaseUrl server)
      throws SQLException {
    int needed = original.getMetaData().getDatabaseMajorVersion();
    int found = scratch.getMetaData().getDatabaseMajorVersion();
    if (needed != found) {
      throw new SegueException(
          Kind.USER,
          "scratch-version",
          "The scratch server %s is PostgreSQL %d and the target %d: what works on one proves little for the other"
              .formatted(server, found, needed),
          "Set postgres.scratch to a server of version " + needed + ".");
    }
  }

  /// Columns of pg_database have come and gone: locale providers in 15, their locale's name in 17.
  private static String create(Connection original, String name) throws SQLException {
    return Sql.one(
        original,
        """
        select format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
            ?::text, pg_encoding_to_char(encoding), datcollate, datctype)
          || case to_jsonb(d) ->> 'datlocprovider'
               when 'i' then format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
                 coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
               when 'b' then format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L',
                 to_jsonb(d) ->> 'datlocale')
               when 'c' then ' LOCALE_PROVIDER libc'
               else '' end
        from pg_catalog.pg_database d where datname = current_database()
        """,
        row -> row.getString(1),
        name);
  }

  /// The host's name, short enough for a database's.
  private static String machine() {
    return HexFormat.of().toHexDigits(host().hashCode());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name";
    }
  }

  /// Whether its maker is dead; of another machine's it is believed when it is old.
  private static boolean isLeftover(String name, Instant now) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return false;
    }
    Instant made = LocalDateTime.parse(parts.group(1), DIGITS).toInstant(ZoneOffset.UTC);
    if (!parts.group(2).equals(machine())) {
      return made.isBefore(now.minus(OLD));
    }
    // A process that began later only has the number of the one that made it.
    return ProcessHandle.of(Long.parseLong(parts.group(3)))
        .flatMap(p -> p.info().startInstant())
        .filter(began -> !began.isAfter(made.plusSeconds(1)))
        .isEmpty();
  }

  private static void dropLeftovers(Connection connection) throws SQLException {
    List<String> names =
        Sql.list(
            connection,
            """
            select datname from pg_catalog.pg_database d
            where starts_with(datname, ?) and pg_has_role(datdba, 'usage')
              and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)
            """,
            row -> row.getString(1),
            PREFIX);
    for (String name : names) {
      if (isLeftover(name, Instant.now())) {
        try {
          Sql.execute(connection, "DROP DATABASE IF EXISTS " + Sql.quoted(name));
        } catch (SQLException e) {
          if (!"55006".equals(e.getSQLState())) {
            throw e;
          }
          // Somebody is in it after all; it is not ours to end them.
        }
      }
    }
  }

  private static SegueException refused(DatabaseUrl server, @Nullable SQLException e) {
    if (e != null && !"42501".equals(e.getSQLState())) {
      return Sql.failed("making a scratch database on " + server, e);
    }
    String user = server.user() == null ? "the role" : server.user();
    return new SegueException(
        Kind.USER,
        "scratch-refused",
        "%s may not create a scratch database on %s:%d"
            .formatted(user, server.host(), server.port()),
        "ALTER ROLE %s CREATEDB, or set postgres.scratch to a server where databases may be made."
            .formatted(server.user() == null ? "…" : Sql.quoted(server.user())),
        e);
  }
}
