package dev.segue.conductor.journal;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// The tables of the journal in PostgreSQL, as docs/reference/journal.md describes them.
final class PostgresSchema {

  private static final int VERSION = 1;

  /// Two that make the schema at the same time come one after the other.
  private static final String ALONE = "select pg_advisory_xact_lock(hashtext('segue schema'))";

  private static final String TABLES =
      """
      create schema if not exists segue;
      create table segue.version (
        version integer primary key,
        made_at timestamptz not null default now()
      );
      create table segue.lease (
        change text primary key,
        epoch bigint not null,
        token text,
        host text,
        machine text,
        pid bigint,
        started bigint,
        held_by text,
        since timestamptz,
        heartbeat_at timestamptz,
        expires_at timestamptz
      );
      create table segue.run (
        run text primary key,
        change text not null,
        number integer not null,
        begun_at timestamptz not null,
        ended_at timestamptz,
        outcome text,
        unique (change, number)
      );
      create table segue.journal (
        run text not null references segue.run,
        seq bigint not null,
        epoch bigint not null,
        at timestamptz not null,
        version integer not null,
        kind text not null,
        body json not null,
        previous_hash text not null,
        hash text not null,
        primary key (run, seq)
      );
      create table segue.request (
        run text not null references segue.run,
        id text not null,
        number bigint generated always as identity,
        at timestamptz not null,
        asked_by text not null,
        kind text not null,
        reason text not null,
        primary key (run, id)
      );
      insert into segue.version (version) values (1);
      comment on schema segue is 'Journal of Segue. Append only; see docs/reference/journal.md';
      """;

  private PostgresSchema() {}

  /// Whether a database has the tables, as anybody may ask.
  ///
  /// Read from the catalogue: to_regclass may answer from a memory older than a lock just got.
  static boolean isIn(Connection c) throws SQLException {
    return value(
            c,
            """
            select 1 from pg_catalog.pg_class c
              join pg_catalog.pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'segue' and c.relname = 'lease'\
            """)
        != null;
  }

  /// Whether the tables are there, in a version this program knows.
  static boolean exists(Connection c, DatabaseUrl url) throws SQLException {
    if (!isIn(c)) {
      return false;
    }
    String version = value(c, "select max(version) from segue.version");
    if (!String.valueOf(VERSION).equals(version)) {
      throw new SegueException(
          Kind.USER,
          "journal-version",
          "The journal in "
              + url
              + " is of version "
              + version
              + "; this is Segue of version "
              + VERSION,
          "Use the Segue that made it, or a newer one.");
    }
    return true;
  }

  static boolean create(Connection c, DatabaseUrl url) throws SQLException {
    if (exists(c, url)) {
      return false;
    }
    if (!"t".equals(value(c, "select has_database_privilege(current_database(), 'CREATE')"))) {
      String user = value(c, "select quote_ident(current_user)");
      throw new SegueException(
          Kind.USER,
          "journal-not-allowed",
          "User " + user + " may not create schema segue, where the journal is kept, in " + url,
          "Run 'GRANT CREATE ON DATABASE \""
              + url.database()
              + "\" TO "
              + user
              + "', or keep the journal elsewhere with --journal file:DIR.");
    }
    try (Statement statement = c.createStatement()) {
      statement.execute(ALONE);
      if (exists(c, url)) {
        return false;
      }
      statement.execute(TABLES);
    }
    return true;
  }

  private static @Nullable String value(Connection c, String query) throws SQLException {
    try (Statement statement = c.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }
}
