package dev.segue.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/// A real Redis server on this machine, on a free port of the loopback interface: the 6.2 that is
/// in a jar, or another executable. It writes nothing to disk unless told to.
///
/// It ends with this JVM, however the JVM ends: a small shell process waits for the end of a pipe
/// that this JVM holds, then kills the server and removes its temporary data.
///
/// Thread-safe: starting, stopping and killing exclude each other.
public final class EmbeddedRedis implements AutoCloseable {

  /// Where Debian and its like put theirs.
  public static final Path INSTALLED = Path.of("/usr/bin/redis-server");

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int LAST_WORDS = 15;

  /// A cluster's nodes talk to each other on a port that much higher.
  private static final int BUS = 10_000;

  private static final int HIGHEST_PORT = 65_535;

  /// A line says that the server is gone already.
  private static final String GUARD =
      """
      trap '' HUP INT TERM
      if read -r line; then exit 0; fi
      kill -9 "$1" 2>/dev/null
      if [ "$3" = true ]; then
        rm -rf "$2"
      fi
      """;

  /// How a server is set up.
  ///
  /// @param settings as in redis.conf, quotes and all
  /// @param directory where its data lies and stays; null: a temporary directory that goes with it
  /// @param port null: a free one
  /// @param executable null: the 6.2 on the class path
  public record Options(
      Map<String, String> settings,
      @Nullable Path directory,
      @Nullable Integer port,
      @Nullable Path executable) {

    public Options {
      settings = Map.copyOf(settings);
    }

    /// Everything in memory only: what was in a server that is killed is lost.
    public static Options defaults() {
      return new Options(Map.of("save", "\"\"", "appendonly", "no"), null, null, null);
    }

    public Options with(String setting, String value) {
      Map<String, String> more = new LinkedHashMap<>(settings);
      more.put(setting, value);
      return new Options(more, directory, port, executable);
    }

    /// Every acknowledged write is handed to the operating system before, so that it survives
    /// [EmbeddedRedis#kill]; nothing is forced to disk.
    public Options appendOnly() {
      return with("appendonly", "yes").with("appendfsync", "no");
    }

    /// Data lies in this directory, is kept when the server closes, and found again by the next.
    public Options keptIn(Path kept) {
      return new Options(settings, kept, port, executable);
    }

    public Options onPort(int fixed) {
      return new Options(settings, directory, fixed, executable);
    }

    /// Another server than the one on the class path: [#INSTALLED].
    public Options from(Path program) {
      return new Options(settings, directory, port, program);
    }
  }

  private final Options options;
  private final Path directory;
  private final int port;
  private @Nullable Process server;
  private @Nullable Process guard;
  private boolean closed;

  private EmbeddedRedis(Options options, Path directory, int port) {
    this.options = options;
    this.directory = directory;
    this.port = port;
  }

  /// Starts a server with [Options#defaults].
  public static EmbeddedRedis open() {
    return open(Options.defaults());
  }

  /// @throws EmbeddedServerException with the server's log when it does not come up
  public static EmbeddedRedis open(Options options) {
    try {
      Path kept = options.directory();
      Path directory =
          kept == null
              ? Files.createTempDirectory("segue-redis-")
              : Files.createDirectories(kept.toAbsolutePath());
      Integer port = options.port();
      EmbeddedRedis redis = new EmbeddedRedis(options, directory, port == null ? freePort() : port);
      try {
        redis.start();
      } catch (EmbeddedServerException e) {
        redis.close();
        throw e;
      }
      return redis;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  /// Where it is, as applications are told: `redis://127.0.0.1:port`.
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /// A connection of its own.
  public Jedis connect() {
    return new Jedis("127.0.0.1", port);
  }

  /// Where its data and its log are.
  public Path directory() {
    return directory;
  }

  public synchronized boolean isRunning() {
    return server != null && server.isAlive();
  }

  /// Starts the server on the directory and port it had; nothing happens when it runs.
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException("This server is closed.");
    }
    if (isRunning()) {
      return;
    }
    try {
      Path log = directory.resolve("redis.log");
      Files.deleteIfExists(log);
      Process started =
          new ProcessBuilder(executable(), config().toString())
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      server = started;
      guard = guard(started.pid());
      awaitAnswer(started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Stops the server as an operator does.
  public synchronized void stop() {
    end(false);
  }

  /// Kills the server (`kill -9`). [#start] brings it back, with what it had written to disk.
  public synchronized void kill() {
    end(true);
  }

  /// Kills it and starts it again on the same directory and port.
  public synchronized void restart() {
    kill();
    start();
  }

  /// Ends the server, and removes its data unless a directory was named for it.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    end(true);
    closed = true;
    if (options.directory() == null) {
      remove(directory);
    }
  }

  private Path config() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("bind 127.0.0.1");
    lines.add("port " + port);
    lines.add("daemonize no");
    lines.add("dir " + directory);
    options.settings().forEach((name, value) -> lines.add(name + " " + value));
    return Files.write(directory.resolve("redis.conf"), lines);
  }

  private String executable() throws IOException {
    Path program = options.executable();
    return program == null ? Bundled.PROGRAM.toString() : program.toString();
  }

  /// Unpacked once for all servers of this JVM.
  private static final class Bundled {

    static final Path PROGRAM = unpack();

    private static Path unpack() {
      try {
        Path home = Files.createTempDirectory("segue-redis-program-");
        Path program = ExecutableProvider.newJarResourceProvider(home.toFile()).get().toPath();
        program.toFile().deleteOnExit();
        home.toFile().deleteOnExit();
        return program;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Process guard(long pid) throws IOException {
    return new ProcessBuilder(
            "/bin/sh",
            "-c",
            GUARD,
            "segue-redis-guard",
            Long.toString(pid),
            directory.toString(),
            Boolean.toString(options.directory() == null))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void awaitAnswer(Process started) {
    long until = System.nanoTime() + START.toNanos();
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() > until) {
        throw new EmbeddedServerException("Redis did not start: " + lastWords(), null);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /// Asked without a client, because a server that wants a password is up, too.
  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(1_000);
      OutputStream out = socket.getOutputStream();
      out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readNBytes(5), StandardCharsets.US_ASCII);
      return answer.equals("+PONG") || answer.equals("-NOAU");
    } catch (IOException e) {
      return false;
    }
  }

  private void end(boolean atOnce) {
    Process was = server;
    if (was == null) {
      return;
    }
    if (atOnce) {
      was.destroyForcibly();
    } else {
      was.destroy();
    }
    try {
      if (!was.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        throw new EmbeddedServerException("Redis does not stop: " + lastWords(), null);
      }
      server = null;
      dismissGuard();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void dismissGuard() throws InterruptedException {
    Process was = guard;
    guard = null;
    if (was != null) {
      try (OutputStream out = was.getOutputStream()) {
        out.write("gone\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // It is gone itself.
      }
      was.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(directory.resolve("redis.log"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void remove(Path directory) {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        int port = socket.getLocalPort();
        if (port + BUS <= HIGHEST_PORT && free(port + BUS)) {
          return port;
        }
      }
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
