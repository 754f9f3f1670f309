package dev.segue.redis.backup;

import dev.segue.change.RedisTarget;
import dev.segue.change.Secret;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Private;
import dev.segue.conductor.shelf.Progress;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Trouble;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server of our own on the loopback interface that has loaded a snapshot; nobody else knows its
/// password, and it ends with this process, however this process ends.
final class ScratchRedis implements AutoCloseable {

  private static final int DATABASES = 16;
  private static final int LOOK_MILLIS = 20;
  private static final int STOP_SECONDS = 20;
  private static final int LAST_WORDS = 3;

  /// Waits for the end of a pipe that this process holds; a line says that the server is gone.
  private static final String GUARD =
      """
      trap '' HUP INT TERM
      if read -r line; then exit 0; fi
      kill -9 "$1" 2>/dev/null
      rm -rf "$2"
      """;

  private final Program program;
  private final Path directory;
  private final RedisTarget target;
  private final Process server;
  private final Process guard;

  private ScratchRedis(
      Program program, Path directory, RedisTarget target, Process server, Process guard) {
    this.program = program;
    this.directory = directory;
    this.target = target;
    this.server = server;
    this.guard = guard;
  }

  /// @param rdb read where it is, never written
  /// @param databases the highest that it has keys in
  /// @throws SegueException EXTERNAL `backup-not-loaded` with the server's own words
  static ScratchRedis load(Program program, Path rdb, int databases, Progress progress)
      throws IOException {
    Path directory = Files.createTempDirectory("segue-scratch-redis-");
    Files.createSymbolicLink(directory.resolve("dump.rdb"), rdb.toAbsolutePath());
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    int port = freePort();
    Private.write(
        directory.resolve("redis.conf"),
        configuration(directory, port, password, Math.max(DATABASES, databases + 1))
            .getBytes(StandardCharsets.UTF_8));
    Process server =
        new ProcessBuilder(program.path().toString(), directory.resolve("redis.conf").toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    Process guard =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                GUARD,
                "segue-scratch-redis-guard",
                Long.toString(server.pid()),
                directory.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    RedisTarget target =
        new RedisTarget(
            "127.0.0.1", port, 0, null, null, new Secret(password), RedisTarget.Layout.SINGLE);
    ScratchRedis scratch = new ScratchRedis(program, directory, target, server, guard);
    try {
      scratch.awaitLoaded(rdb, progress);
      return scratch;
    } catch (RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  private static String configuration(Path directory, int port, String password, int databases) {
    return """
    bind 127.0.0.1
    port %d
    requirepass %s
    dir "%s"
    dbfilename dump.rdb
    databases %d
    save ""
    appendonly no
    daemonize no
    """
        .formatted(port, password, directory, databases);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitLoaded(Path rdb, Progress progress) {
    while (true) {
      try {
        if (server.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          throw notLoaded(rdb);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SegueException(
            Kind.EXTERNAL, "interrupted", "Interrupted while " + rdb + " is loaded", null, e);
      }
      try (Node node = open(0)) {
        Map<String, String> figures = node.info("persistence");
        if ("0".equals(figures.get("loading"))) {
          return;
        }
        double percent = Double.parseDouble(figures.getOrDefault("loading_loaded_perc", "0"));
        progress.at("loading " + rdb.getFileName() + " into a scratch server", percent / 100);
      } catch (SegueException e) {
        if (!Trouble.passes(e)) {
          throw e;
        }
        progress.at("loading " + rdb.getFileName() + " into a scratch server", Double.NaN);
      }
    }
  }

  private SegueException notLoaded(Path rdb) {
    return new SegueException(
        Kind.EXTERNAL,
        "backup-not-loaded",
        "redis-server %s does not load %s: %s".formatted(program.version(), rdb, lastWords()),
        "It must be as new as the server and have its modules: name its directory in"
            + " backup.redis.server-tools (--server-tools of segue restore), or set"
            + " backup.redis.verify to checksum.");
  }

  private String lastWords() {
    try (Stream<String> lines = Files.lines(directory.resolve("redis.log"))) {
      List<String> telling =
          lines.filter(line -> line.contains(" # ")).map(l -> l.replaceAll("^.* # ", "")).toList();
      return String.join(
          "; ", telling.subList(Math.max(0, telling.size() - LAST_WORDS), telling.size()));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  String version() {
    return program.version();
  }

  Node open(int database) {
    Node node = Node.open(target);
    if (database != 0) {
      node.one(Call.of("SELECT", Integer.toString(database)));
    }
    return node;
  }

  /// Of the server's own version: the number of keys by database.
  Map<Integer, Long> keys() {
    try (Node node = open(0)) {
      return Keyspace.read(node).keys();
    }
  }

  @Override
  public void close() {
    server.destroyForcibly();
    try {
      server.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      remove();
      try (OutputStream out = guard.getOutputStream()) {
        out.write("gone\n".getBytes(StandardCharsets.US_ASCII));
      }
      guard.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      guard.destroy(); // what it would remove is of no use to anybody
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void remove() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
