package dev.segue.acceptance.matrix;

import dev.segue.acceptance.Database;
import dev.segue.acceptance.Segue;
import dev.segue.acceptance.Segue.Running;
import dev.segue.cli.Main;
import dev.segue.postgres.definition.SchemaDefinition;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where one case's change is carried out: a database, a change file and a state directory, left in
/// `acceptance/target/matrix`.
///
/// @param promised the definition that the change promises
record Stage(Database database, Path directory, String promised) {

  private static final Path STAGES = Segue.ROOT.resolve("acceptance/target/matrix");

  /// What a command in this process said.
  record Result(int exit, String all) {}

  static Stage open(Server server, Case change, int rows) throws IOException, SQLException {
    return open(server, change, rows, "");
  }

  /// @param postgres keys of the change file's section, besides the URL
  static Stage open(Server server, Case change, int rows, String postgres)
      throws IOException, SQLException {
    Path stages = Files.createDirectories(STAGES);
    Path directory = Files.createTempDirectory(stages, server.version() + "-" + change + "-");
    Files.writeString(directory.resolve("change.yaml"), change.file(postgres));
    Database after = server.fresh();
    after.execute(change.setUp(0), change.promised(server.version()));
    String promised = dump(after);
    Database database = server.fresh();
    database.execute(change.setUp(rows), "analyze");
    return new Stage(database, directory, promised);
  }

  String dump() throws SQLException {
    return dump(database);
  }

  /// The same by the tests' own query. That a table had triggers or rules once is a hint that the
  /// server forgets when it likes.
  String definition() throws SQLException {
    return database.definition().replaceAll("triggers . rules .", "");
  }

  /// Everything in a database but Segue's own.
  private static String dump(Database database) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      return SchemaDefinition.ofDatabase(connection).text();
    }
  }

  Map<String, String> environment() {
    return Map.of("DATABASE_URL", database.url(), "NO_COLOR", "1");
  }

  private List<String> words(String command, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                command,
                directory.resolve("change.yaml").toString(),
                "--state",
                directory.resolve("state").toString()));
    words.addAll(List.of(more));
    return words;
  }

  /// In this process, where nobody is killed.
  Result segue(String command, String... more) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said, true);
    String[] words = words(command, more).toArray(String[]::new);
    return new Result(Main.run(words, out, out, environment(), false), said.toString());
  }

  /// In a process of its own.
  Running start(String command, String... more) {
    return new Segue(environment()).start(words(command, more).toArray(String[]::new));
  }
}
