package dev.segue.postgres.backup;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.Secret;
import dev.segue.conductor.Database;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// A PostgreSQL server of this machine's own packages, which come with client tools. It asks for a
/// password. It ends with this JVM.
final class SystemServer implements AutoCloseable {

  static final Path TOOLS = Path.of("/usr/lib/postgresql/15/bin");
  static final String PASSWORD = "s3cret word";

  private final Path directory;
  private final Process process;
  private final int port;

  private SystemServer(Path directory, Process process, int port) {
    this.directory = directory;
    this.process = process;
    this.port = port;
  }

  static SystemServer open() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("segue-system-postgres-");
    Path password = Files.writeString(directory.resolve("password"), PASSWORD);
    run(List.of("chmod", "-R", "a+rX", directory.toString()));
    Path data = Files.createDirectory(directory.resolve("data"));
    if (root()) {
      run(List.of("chown", "postgres", data.toString()));
    }
    run(
        asPostgres(
            TOOLS.resolve("initdb").toString(),
            "--pgdata=" + data,
            "--username=postgres",
            "--auth=scram-sha-256",
            "--pwfile=" + password,
            "--encoding=UTF8",
            "--no-sync"));
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Process process =
        new ProcessBuilder(
                asPostgres(
                    TOOLS.resolve("postgres").toString(),
                    "-D",
                    data.toString(),
                    "-p",
                    Integer.toString(port),
                    "-h",
                    "127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "fsync=off"))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(directory.resolve("log").toFile()))
            .start();
    SystemServer server = new SystemServer(directory, process, port);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .until(() -> {
          server.execute("postgres", "select 1");
          return true;
        });
    return server;
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  /// The server refuses to run as root, and is to end with us however we end.
  private static List<String> asPostgres(String... command) {
    List<String> all = new ArrayList<>(List.of("setpriv", "--pdeathsig=INT"));
    if (root()) {
      all.addAll(List.of("--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    all.addAll(List.of(command));
    return all;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + said);
    }
  }

  DatabaseUrl url(String database) {
    return new DatabaseUrl("127.0.0.1", port, database, "postgres", new Secret(PASSWORD), Map.of());
  }

  void execute(String database, String... statements) throws SQLException {
    try (Connection connection = Database.open(url(database), "a test");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
