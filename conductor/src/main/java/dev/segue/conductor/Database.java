package dev.segue.conductor;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// Opens connections to PostgreSQL, one a caller, and says plainly why one cannot be had.
public final class Database {

  private static final int CONNECT_SECONDS = 10;

  private Database() {}

  /// Opens a connection with autocommit on.
  ///
  /// @param purpose shown as `segue: PURPOSE` in pg_stat_activity, so that a DBA knows who it is
  /// @throws SegueException EXTERNAL `database-unreachable`, `database-refused` or
  ///   `database-missing`, USER `database-password`
  public static Connection open(DatabaseUrl url, String purpose) {
    return open(url, purpose, CONNECT_SECONDS);
  }

  /// @param seconds how long the server may take to let us in
  public static Connection open(DatabaseUrl url, String purpose, int seconds) {
    Properties properties = new Properties();
    url.parameters().forEach(properties::setProperty);
    if (url.user() != null) {
      properties.setProperty("user", url.user());
    }
    if (url.password() != null) {
      properties.setProperty("password", url.password().reveal());
    }
    properties.setProperty("ApplicationName", "segue: " + purpose);
    properties.setProperty("connectTimeout", Integer.toString(seconds));
    properties.setProperty("tcpKeepAlive", "true");
    try {
      return DriverManager.getConnection(jdbcUrl(url), properties);
    } catch (SQLException e) {
      throw explain(url, e);
    }
  }

  private static String jdbcUrl(DatabaseUrl url) {
    String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
    String database = URLEncoder.encode(url.database(), StandardCharsets.UTF_8);
    return "jdbc:postgresql://" + host + ":" + url.port() + "/" + database;
  }

  private static SegueException explain(DatabaseUrl url, SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return switch (state) {
      case "28P01", "28000" ->
          new SegueException(
              Kind.USER,
              "database-password",
              "The server at " + url + " refuses the user or the password: " + e.getMessage(),
              "Check postgres.url in the change file and the environment variable it names.",
              e);
      case "3D000" ->
          new SegueException(
              Kind.USER,
              "database-missing",
              "There is no database '" + url.database() + "' at " + url,
              "Check the name in postgres.url; 'psql -l' lists the databases of a server.",
              e);
      case "08001", "08006", "08004", "57P03", "53300" ->
          new SegueException(
              Kind.EXTERNAL,
              "database-unreachable",
              "Cannot connect to " + url + ": " + e.getMessage(),
              "Is the server up, and is this its host and port?",
              e);
      default ->
          new SegueException(
              Kind.EXTERNAL,
              "database-refused",
              "Cannot connect to " + url + " (SQLSTATE " + state + "): " + e.getMessage(),
              null,
              e);
    };
  }
}
