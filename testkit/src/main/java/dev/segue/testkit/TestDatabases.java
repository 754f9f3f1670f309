package dev.segue.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/// Databases for tests: one server for each thread that runs tests, started by the first test that
/// asks, and a fresh database for each test in some 50 ms. Tests that run at the same time so never
/// see or hold up each other's sessions.
///
/// Sessions are hostile where that finds bugs: the time zone is Pacific/Chatham (UTC+12:45), unless
/// the client names another one, as pgjdbc does with the JVM's.
public final class TestDatabases {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private TestDatabases() {}

  private static final ThreadLocal<EmbeddedServer> SERVER =
      ThreadLocal.withInitial(EmbeddedServer::open);

  /// The server all tests of this thread share; nobody closes it, it ends with the JVM.
  public static EmbeddedServer server() {
    return SERVER.get();
  }

  /// An empty database with the extension pg_stat_statements.
  public static TestDatabase fresh() throws SQLException {
    TestDatabase database = create(server(), "template1");
    database.execute("CREATE EXTENSION pg_stat_statements");
    return database;
  }

  /// A copy of a database that nobody is connected to.
  public static TestDatabase copyOf(TestDatabase template) throws SQLException {
    return create(template.server(), template.name());
  }

  private static TestDatabase create(EmbeddedServer server, String template) throws SQLException {
    String name = "test_" + COUNT.incrementAndGet();
    server.createDatabase(name, template);
    TestDatabase database = new TestDatabase(server, name);
    database.execute("ALTER DATABASE " + name + " SET timezone = 'Pacific/Chatham'");
    return database;
  }

  /// One database of an embedded server. Closing it drops it, whoever is still connected.
  public record TestDatabase(EmbeddedServer server, String name) implements AutoCloseable {

    public String url() {
      return server.url(name);
    }

    public Connection connect() throws SQLException {
      return server.connect(name);
    }

    /// Runs statements, one after the other, each in its own transaction.
    public void execute(String... statements) throws SQLException {
      try (Connection c = connect();
          Statement s = c.createStatement()) {
        for (String statement : statements) {
          s.execute(statement);
        }
      }
    }

    /// The first column of the first row, as text.
    public String value(String query) throws SQLException {
      try (Connection c = connect();
          Statement s = c.createStatement();
          var rows = s.executeQuery(query)) {
        if (!rows.next()) {
          throw new SQLException("No row: " + query);
        }
        return String.valueOf(rows.getString(1));
      }
    }

    @Override
    public void close() throws SQLException {
      server.dropDatabase(name);
    }
  }
}
