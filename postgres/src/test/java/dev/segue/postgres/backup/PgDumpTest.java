package dev.segue.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.segue.change.PostgresBackup.Method;
import dev.segue.change.PostgresBackup.Verification;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding.Level;
import dev.segue.postgres.definition.RichSchema;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PgDumpTest {

  private static SystemServer server;

  @TempDir Path place;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Files.isExecutable(SystemServer.TOOLS.resolve("postgres")), "no server 15 here");
    server = SystemServer.open();
    server.execute("postgres", "CREATE DATABASE app");
    server.execute("app", RichSchema.statements());
    server.execute("app", "CREATE SCHEMA segue", "CREATE TABLE segue.run (id int)");
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private Backups backups() {
    return Backups.of(server.url("app"), place).by(Method.AUTO, SystemServer.TOOLS);
  }

  private static Run run() {
    return new Run("rename-1", Instant.parse("2026-02-03T12:00:00Z"));
  }

  @Test
  void dumpsAndProvesItByRestoring() {
    assertThat(backups().ask()).extracting(f -> f.level()).containsOnly(Level.PASSED);
    var step = backups().step();
    assertThat(step.describe().statements())
        .singleElement()
        .satisfies(s ->
            assertThat(s.text())
                .startsWith("pg_dump --format=custom --snapshot=")
                .doesNotContain(SystemServer.PASSWORD));
    var facts = step.apply(run());
    assertThat(facts.values())
        .containsEntry("tables", 7L)
        .containsEntry("verified", "restored; definitions, row counts and checksums are equal");
    assertThat(facts.text("method").orElseThrow()).startsWith("pg_dump 15.");
    assertThat(facts.text("why").orElseThrow())
        .matches(
            "pg_dump 15\\.\\d+ in /usr/lib/postgresql/15/bin serves for the server, 15\\.\\d+");
  }

  @Test
  void goesBackIntoAnEmptyDatabase() throws SQLException {
    backups().verifiedBy(Verification.LIST).step().apply(run());
    server.execute("postgres", "CREATE DATABASE again TEMPLATE template0");
    var restored =
        new Restore(SystemServer.TOOLS, Map.of(), true)
            .into(
                server.url("again"), place.resolve("rename-20260203-120000Z"), (what, done) -> {});
    assertThat(restored.tables()).isEqualTo(7);
    server.execute("postgres", "DROP DATABASE again");
  }

  @Test
  void aDamagedDumpIsFound() throws IOException {
    backups().verifiedBy(Verification.LIST).step().apply(run());
    Path whole = place.resolve("rename-20260203-120000Z");
    try (RandomAccessFile file =
        new RandomAccessFile(whole.resolve("database.dump").toFile(), "rw")) {
      file.setLength(file.length() - 100);
    }
    assertThatThrownBy(() ->
            new Restore(SystemServer.TOOLS, Map.of(), true)
                .into(server.url("postgres"), whole, (what, done) -> {}))
        .asInstanceOf(type(SegueException.class))
        .returns("backup-damaged", SegueException::code);
  }

  @Test
  void toolsOlderThanTheServerAreNotTaken() throws SQLException {
    try (TestDatabase newer = TestDatabases.fresh()) {
      newer.execute("CREATE TABLE member (status text)");
      assertThat(Backups.of(newer, place).by(Method.AUTO, SystemServer.TOOLS).ask())
          .anySatisfy(f ->
              assertThat(f.message())
                  .containsPattern(
                      "by snapshot: pg_dump 15\\.\\d+ in /usr/lib/postgresql/15/bin is older than"
                          + " the server, 18\\.\\d+"));
    }
  }

  @Test
  void thePasswordIsInNoCommandLineAndNoFile() throws IOException {
    var run = run();
    run.whilePaused =
        () ->
            ProcessHandle.allProcesses()
                .forEach(p ->
                    assertThat(p.info().commandLine().orElse(""))
                        .doesNotContain(SystemServer.PASSWORD));
    backups().step().apply(run);
    assertThat(Files.readString(place.resolve("rename-20260203-120000Z/manifest.json")))
        .doesNotContain(SystemServer.PASSWORD);
  }

  @Test
  void aSnapshotWorksOnAnOlderServerToo() {
    assertThat(backups().by(Method.SNAPSHOT, null).ofEverything().step().apply(run()).values())
        .containsEntry("tables", 7L)
        .containsEntry("method", "snapshot");
  }
}
