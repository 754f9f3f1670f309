package dev.segue.change;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a PostgreSQL database is and who knocks. Prints without the password.
///
/// @param host as given, also a numeric address
/// @param parameters connection parameters after the question mark, as written (`sslmode` …)
public record DatabaseUrl(
    String host,
    int port,
    String database,
    @Nullable String user,
    @Nullable Secret password,
    Map<String, String> parameters) {

  public DatabaseUrl {
    parameters = Map.copyOf(parameters);
  }

  /// Reads a URL as libpq writes it, or its JDBC form.
  ///
  /// @param what what the text is called where it comes from, for the message; the text itself may
  ///   hold a password and is never repeated
  /// @throws SegueException USER `database-url`
  public static DatabaseUrl parse(String what, String text) {
    try {
      return DatabaseUrlParser.parse(text);
    } catch (Misfit e) {
      throw new SegueException(
          SegueException.Kind.USER, "database-url", what + " " + e.why(), null, e);
    }
  }

  /// The same server and user, another database.
  public DatabaseUrl withDatabase(String name) {
    return new DatabaseUrl(host, port, name, user, password, parameters);
  }

  /// The same database, entered with this password.
  public DatabaseUrl withPassword(Secret secret) {
    return new DatabaseUrl(host, port, database, user, secret, parameters);
  }

  @Override
  public String toString() {
    String address = host.contains(":") ? "[" + host + "]" : host;
    return "postgres://" + (user == null ? "" : user + "@") + address + ":" + port + "/" + database;
  }
}
