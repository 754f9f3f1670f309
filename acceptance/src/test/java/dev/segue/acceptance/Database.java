package dev.segue.acceptance;

import dev.segue.testkit.TestDatabases.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// A database as an application is told of it. Its URL holds a password in every test, wanted by
/// the server or not, so that every test notices where one is shown.
public record Database(int port, String name, String user, String password) {

  static final String SECRET = "s3cr3t-0f-the-members";

  static Database of(TestDatabase database) {
    return new Database(database.server().port(), database.name(), "postgres", SECRET);
  }

  public String url() {
    return "postgres://%s:%s@127.0.0.1:%d/%s".formatted(user, password, port, name);
  }

  /// With autocommit on.
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + name, user, password);
  }

  public void execute(String... statements) throws SQLException {
    try (Connection c = connect();
        Statement s = c.createStatement()) {
      for (String statement : statements) {
        s.execute(statement);
      }
    }
  }

  /// The first column of every row, as text.
  public List<String> column(String query) throws SQLException {
    try (Connection c = connect();
        Statement s = c.createStatement();
        ResultSet rows = s.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(String.valueOf(rows.getString(1)));
      }
      return values;
    }
  }

  boolean asks(String question) throws SQLException {
    return column(question).equals(List.of("t"));
  }

  boolean hasJournal() throws SQLException {
    return asks("select to_regnamespace('segue') is not null");
  }

  /// Everything defined in the database but the journal: one line each, comparable as text.
  public String definition() throws SQLException {
    return String.join("\n", column(Definition.QUERY));
  }
}
