package dev.segue.examples.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.testkit.EmbeddedServer;
import dev.segue.testkit.LoadFigures;
import dev.segue.testkit.OpenLoopLoad;
import dev.segue.testkit.OpenLoopLoad.Options;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import dev.segue.testkit.WriteChecker;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MembersAppTest {

  private static final MembersSchema SCHEMA = new MembersSchema(2_000, 50);

  private TestDatabase database;

  @BeforeEach
  void fill() throws SQLException {
    database = TestDatabases.fresh();
    try (Connection c = database.connect()) {
      SCHEMA.create(c);
    }
  }

  @AfterEach
  void drop() throws SQLException {
    database.close();
  }

  @Test
  void servesUsersWithoutAFailureOrALostWrite() throws IOException, SQLException {
    try (RunningApp app = RunningApp.start("old", database.url());
        OpenLoopLoad load = load(app)) {
      await().until(() -> load.glance().requests() >= 600);

      LoadFigures figures = load.stop();

      assertThat(figures.firstFailures()).isEmpty();
      assertThat(figures.version("old").requests()).isEqualTo(figures.requests());
      WriteChecker.Result check =
          MembersTraffic.CHECKER.check(app.base(), load.ledger().acknowledged());
      assertThat(check.checked()).isGreaterThanOrEqualTo(150);
      assertThat(check.lostWrites()).isZero();
      // What a rehearsal will find: the statements of the users, and nothing of how it was filled.
      assertThat(
              database.value(
                  """
                  SELECT count(*) FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
                  WHERE d.datname = current_database() AND s.query LIKE '%fahanie_cares_member_id%'
                  """))
          .isEqualTo("5");
    }
  }

  @Test
  void noticesAWriteThatWasLost() throws IOException, SQLException {
    try (RunningApp app = RunningApp.start("old", database.url());
        OpenLoopLoad load = load(app)) {
      await().until(() -> load.ledger().acknowledged().size() >= 20);
      load.stop();
      var acknowledged = load.ledger().acknowledged();
      var victims = acknowledged.keySet().stream().limit(2).toList();

      database.execute(
          "DELETE FROM unified_db_personlink WHERE write_id = '%s'".formatted(victims.get(0)),
          """
          UPDATE unified_db_personlink SET fahanie_cares_member_id = \
          fahanie_cares_member_id %% 50 + 1 WHERE write_id = '%s'\
          """
              .formatted(victims.get(1)));

      WriteChecker.Result check = MembersTraffic.CHECKER.check(app.base(), acknowledged);
      assertThat(check.lost()).containsExactly(victims.get(0));
      assertThat(check.wrong()).extracting(WriteChecker.Wrong::id).containsExactly(victims.get(1));
    }
  }

  @Test
  void newVersionUsesTheNewName() throws IOException, SQLException {
    database.execute(
        """
        ALTER TABLE unified_db_personlink
        RENAME fahanie_cares_member_id TO bm_parliament_member_id\
        """);
    try (RunningApp app = RunningApp.start("new", database.url())) {
      UUID write = UUID.randomUUID();
      String person =
          """
          {"name": "Amina", "member": 7, "write_id": "%s"}\
          """
              .formatted(write);

      HttpResponse<String> first = app.send("POST", "/people", person);
      HttpResponse<String> again = app.send("POST", "/people", person);

      assertThat(first.statusCode()).isEqualTo(201);
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(first.body()).isEqualTo("{\"id\":2001}\n");
      assertThat(first.headers().firstValue(MembersTraffic.VERSION_HEADER)).contains("new");
      assertThat(app.json("/people/2001").get("member").asInt()).isEqualTo(7);
      assertThat(
              app.send(
                      "PUT",
                      "/people/2001/member",
                      """
                      {"member": 8, "write_id": "%s"}\
                      """
                          .formatted(UUID.randomUUID()))
                  .statusCode())
          .isEqualTo(200);
      assertThat(app.json("/people/2001").get("member").asInt()).isEqualTo(8);
      assertThat(app.json("/members/8/people").get("people")).hasSize(41);
      assertThat(app.get("/people/9999").statusCode()).isEqualTo(404);
      assertThat(app.get("/nothing").statusCode()).isEqualTo(404);
      assertThat(app.send("POST", "/people", "{").statusCode()).isEqualTo(400);
      assertThat(app.send("POST", "/people", "{}").body()).contains("'name' is missing");
    }
  }

  @Test
  void beginsToFailWhenTold() throws IOException {
    try (RunningApp app = RunningApp.start("old", database.url(), "--fail-after", "3")) {
      for (int i = 0; i < 3; i++) {
        assertThat(app.get("/people/1").statusCode()).isEqualTo(200);
        assertThat(app.get("/health/").statusCode()).isEqualTo(200);
      }
      assertThat(app.json("/health/detailed/").get("status").asString()).isEqualTo("healthy");
      for (int i = 0; i < 6; i++) {
        assertThat(app.get("/people/1").statusCode()).isEqualTo(500);
      }

      assertThat(app.get("/health/").statusCode()).isEqualTo(200);
      assertThat(app.json("/health/detailed/").get("status").asString()).isEqualTo("unhealthy");
      assertThat(app.json("/health/detailed/").get("errors").asInt()).isEqualTo(6);
    }
  }

  @Test
  void finishesWhatIsInFlightAndEndsOnSigterm() throws Exception {
    try (RunningApp app = RunningApp.start("old", database.url());
        Connection blocker = database.connect()) {
      blocker.setAutoCommit(false);
      try (var s = blocker.createStatement()) {
        s.execute("LOCK TABLE unified_db_personlink");
      }
      var answer = new CompletableFuture<Integer>();
      Thread.ofVirtual().start(() -> answer.complete(app.get("/people/1").statusCode()));
      await()
          .until(
              () -> database.value("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("1"));

      long told = System.nanoTime();
      app.process().destroy();
      blocker.rollback();

      assertThat(answer.get()).isEqualTo(200);
      await().atMost(Duration.ofSeconds(5)).until(() -> !app.process().isAlive());
      assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void answersAtOnceWhileItsServerIsKilledAndRecoversByItself() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.open()) {
      server.createDatabase("members");
      try (Connection c = server.connect("members")) {
        SCHEMA.create(c);
      }
      try (RunningApp app = RunningApp.start("old", server.url("members"));
          OpenLoopLoad load = load(app)) {
        await().until(() -> load.glance().requests() >= 300);

        server.kill();
        await().until(() -> app.get("/people/1").statusCode() == 503);
        long asked = System.nanoTime();
        HttpResponse<String> refused =
            app.send(
                "POST",
                "/people",
                """
                {"name": "Amina", "member": 7, "write_id": "%s"}\
                """
                    .formatted(UUID.randomUUID()));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2));

        server.start();
        await().until(() -> app.get("/people/1").statusCode() == 200);
        load.phase("recovered");
        long before = load.glance().requests();
        await().until(() -> load.glance().requests() >= before + 300);
        LoadFigures figures = load.stop();

        assertThat(figures.phase("recovered").failed()).isZero();
        assertThat(figures.firstFailures())
            .extracting(LoadFigures.Failure::status)
            .containsOnly(503);
        WriteChecker.Result check =
            MembersTraffic.CHECKER.check(app.base(), load.ledger().acknowledged());
        assertThat(check.checked()).isPositive();
        assertThat(check.lostWrites()).isZero();
      }
    }
  }

  @Test
  void saysThatItsDatabaseIsDown() throws IOException {
    try (RunningApp app = RunningApp.start("old", "postgres://postgres@127.0.0.1:1/none")) {
      assertThat(app.get("/health/").statusCode()).isEqualTo(503);
      assertThat(app.json("/health/detailed/").get("status").asString()).isEqualTo("unhealthy");
    }
  }

  @Test
  void refusesWrongUse() throws IOException {
    try (RunningApp app = RunningApp.start("young", database.url())) {
      assertThat(app.process().exitValue()).isEqualTo(2);
      assertThat(app.output()).contains("--version is old or new, not 'young'", "usage: members");
    }
  }

  private static OpenLoopLoad load(RunningApp app) {
    return OpenLoopLoad.start(
        app.base(),
        new MembersTraffic(SCHEMA, new SplittableRandom()),
        Options.perSecond(200).versionedBy(MembersTraffic.VERSION_HEADER));
  }
}
