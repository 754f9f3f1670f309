package dev.segue.acceptance.matrix;

import dev.segue.acceptance.Database;
import dev.segue.acceptance.DebianServer;
import dev.segue.acceptance.Segue;
import dev.segue.testkit.EmbeddedServer;
import dev.segue.testkit.EmbeddedServer.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// A server of one version: the embedded one, an older one from its file, or Debian's.
///
/// @param closing what stops it
record Server(int version, Made made, AutoCloseable closing) implements AutoCloseable {

  /// The version on the class path.
  static final int NEWEST = 18;

  private static final AtomicInteger COUNT = new AtomicInteger();

  /// Makes an empty database.
  interface Made {
    Database called(String name) throws SQLException;
  }

  static Server open(int version) throws IOException, SQLException {
    if (version == 15 && DebianServer.isInstalled()) {
      DebianServer debian = DebianServer.bare();
      return new Server(version, debian::create, debian);
    }
    Options options = Options.defaults().with("max_connections", "200");
    EmbeddedServer embedded =
        EmbeddedServer.open(version == NEWEST ? options : options.from(file(version)));
    return new Server(version, name -> create(embedded, name), () -> end(embedded));
  }

  /// Nothing of it is needed any more: no checkpoint is waited for.
  private static void end(EmbeddedServer server) {
    server.kill();
    server.close();
  }

  /// As the build puts it there.
  private static Path file(int version) {
    return Segue.ROOT.resolve("acceptance/target/postgres/" + version + ".jar");
  }

  private static Database create(EmbeddedServer server, String name) throws SQLException {
    server.createDatabase(name);
    Database database = new Database(server.port(), name, "postgres", "unasked");
    database.execute(
        "create extension pg_stat_statements",
        "alter database " + name + " set timezone = 'Pacific/Chatham'");
    return database;
  }

  Database fresh() throws SQLException {
    return made.called("matrix_" + COUNT.incrementAndGet());
  }

  @Override
  public void close() throws Exception {
    closing.close();
  }
}
