package dev.segue.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// PostgreSQL as Debian packages it, with its client tools, in a temporary directory. It wants a
/// password. The application's role is none of a superuser's.
public final class DebianServer implements AutoCloseable {

  static final Path TOOLS = Path.of("/usr/lib/postgresql/15/bin");

  private static final String SUPERUSER = "boss";

  private final Path directory;
  private final int port;
  private final Process postgres;

  private DebianServer(Path directory, int port, Process postgres) {
    this.directory = directory;
    this.port = port;
    this.postgres = postgres;
  }

  public static boolean isInstalled() {
    return Files.isExecutable(TOOLS.resolve("postgres"));
  }

  /// With the members' database.
  static DebianServer open() throws IOException, SQLException {
    DebianServer server = bare();
    server.addMembers();
    return server;
  }

  public static DebianServer bare() throws IOException, SQLException {
    Path directory = Files.createTempDirectory("segue-debian-");
    Path password = Files.writeString(directory.resolve("password"), Database.SECRET);
    if (isRoot()) {
      run(List.of("chown", "-R", "postgres", directory.toString()));
    }
    run(
        asPostgres(
            TOOLS.resolve("initdb").toString(),
            "--pgdata=" + directory.resolve("data"),
            "--username=" + SUPERUSER,
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync"));
    int port = freePort();
    Process postgres =
        new ProcessBuilder(
                asPostgres(
                    TOOLS.resolve("postgres").toString(),
                    "-D",
                    directory.resolve("data").toString(),
                    "-p",
                    "" + port,
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "shared_preload_libraries=pg_stat_statements",
                    "-c",
                    "fsync=off"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    DebianServer server = new DebianServer(directory, port, postgres);
    server.setUp();
    return server;
  }

  private void setUp() throws SQLException {
    Database maintenance = new Database(port, "postgres", SUPERUSER, Database.SECRET);
    Awaitility.await("the server is up")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> maintenance.asks("select true"));
    maintenance.execute("create role app login createdb password '" + Database.SECRET + "'");
  }

  /// A new one of the application's role, with the extension pg_stat_statements.
  public Database create(String name) throws SQLException {
    new Database(port, "postgres", SUPERUSER, Database.SECRET)
        .execute("create database " + name + " owner app");
    new Database(port, name, SUPERUSER, Database.SECRET)
        .execute("alter schema public owner to app", "create extension pg_stat_statements");
    return new Database(port, name, "app", Database.SECRET);
  }

  private void addMembers() throws SQLException {
    new Database(port, "postgres", SUPERUSER, Database.SECRET)
        .execute("create database members owner app");
    Database members = new Database(port, "members", SUPERUSER, Database.SECRET);
    try (Connection connection = members.connect()) {
      Stage.SCHEMA.create(connection);
    }
    members.execute(
        "alter schema public owner to app",
        "alter table constituents_bmparliamentmember owner to app",
        "alter table unified_db_personlink owner to app");
  }

  /// The application's, which owns it.
  Database database() {
    return new Database(port, "members", "app", Database.SECRET);
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /// The server refuses to run as root.
  private static List<String> asPostgres(String... command) {
    List<String> words = new ArrayList<>();
    if (isRoot()) {
      words.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
    }
    words.addAll(List.of(command));
    return words;
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(command + ": " + said);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    run(
        asPostgres(
            TOOLS.resolve("pg_ctl").toString(),
            "--pgdata=" + directory.resolve("data"),
            "--mode=immediate",
            "stop"));
    postgres.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
