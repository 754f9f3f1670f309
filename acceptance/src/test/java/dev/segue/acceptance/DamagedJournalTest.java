package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The journal of a run cannot be read any more, and users are served all the time.
@Tag("acceptance")
class DamagedJournalTest {

  private static final int REQUESTS_A_SECOND = 100;
  private static final int NEEDS_PERSON = 4;

  @Test
  void theNewVersionServesAndIsTakenBackByEitherCommand() throws Exception {
    try (Stage stage = Stage.open().up();
        Users users = stage.users(REQUESTS_A_SECOND)) {
      String before = stage.database().definition();
      done(0, stage.segue("run"));
      assertThat(stage.serving()).isEqualTo("new");
      damage(stage);
      for (String command : List.of("run", "rollback", "abort", "finish", "status", "journal")) {
        Result refused = done(NEEDS_PERSON, stage.segue(command));
        assertThat(refused.err())
            .contains("is not what was written", "segue journal change.yaml --set-aside")
            .doesNotContain("\tat ");
      }

      done(2, stage.segue("journal", "--set-aside"));
      Result aside = done(0, stage.segue("journal", "--set-aside", "--reason", "the disk lied"));
      assertThat(aside.out()).contains("-1 is set aside", "-2 takes its place", "segue rollback");
      done(3, stage.segue("journal", "--set-aside", "--reason", "again"));
      assertThat(stage.serving()).isEqualTo("new");
      done(0, stage.segue("rollback", "--reason", "begin again"));
      asBefore(stage, before);
      assertThat(done(0, stage.segue("journal")).out())
          .contains("in the place of", "the disk lied");

      done(0, stage.segue("run"));
      assertThat(stage.serving()).isEqualTo("new");
      users.servedSome();
      users.allKnown(stage.oldVersion(), stage.newVersion());

      // The gates were made for the beginning: with users on the new version already, they say no.
      damage(stage);
      done(0, stage.segue("journal", "--set-aside", "--reason", "the disk lied again"));
      done(1, stage.segue("run"));
      asBefore(stage, before);
      users.servedSome();
      users.nothingLost(stage.oldVersion());
    }
  }

  @Test
  void theFacadeStandsAndIsAdopted() throws Exception {
    try (Stage stage = Stage.open().up();
        Users users = stage.users(REQUESTS_A_SECOND)) {
      String before = stage.database().definition();
      Running run = stage.start("run");
      stage.journal().awaitRecord("step-started", "start-new");
      run.kill();
      damage(stage);
      done(0, stage.segue("journal", "--set-aside", "--reason", "the disk lied"));
      Result again = done(0, stage.segue("run"));
      assertThat(again.out()).contains("found done");
      assertThat(stage.serving()).isEqualTo("new");
      done(0, stage.segue("rollback"));
      asBefore(stage, before);
      users.servedSome();
      users.nothingLost(stage.oldVersion());
    }
  }

  @Test
  void aRecordTornByTheCrashDoesNotCount() throws Exception {
    try (Stage stage = Stage.open().up()) {
      String journal = stage.directory().resolve("journal").toString();
      Running run = stage.start("run", "--journal", "file:" + journal);
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(() -> records(journal).contains("\"step\":\"watch\""));
      run.kill();
      Files.writeString(
          file(journal), "00000500 12345678 {\"seq\":99,\"epo", StandardOpenOption.APPEND);
      Result again = stage.segue("run", "--journal", "file:" + journal);
      assertThat(again.exit()).as(again.all()).isIn(0, 1);
      assertThat(records(journal)).contains("conductor-changed").doesNotContain("\"seq\":99");
      Result printed = stage.segue("journal", "--journal", "file:" + journal);
      assertThat(done(0, printed).out()).contains("the chain is whole");
    }
  }

  private static String records(String journal) throws IOException {
    return Files.readString(file(journal));
  }

  private static Path file(String journal) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(journal))) {
      return files.filter(f -> f.toString().endsWith("-1.jsonl")).findFirst().orElseThrow();
    }
  }

  private static void damage(Stage stage) throws SQLException {
    stage
        .database()
        .execute(
            """
            update segue.journal set body = '{"step":"gates","adopted":true,"facts":{"values":{}}}'
             where kind = 'step-applied' and body->>'step' = 'gates'
               and run = (select run from segue.journal order by at desc limit 1)\
            """);
  }

  private static Result done(int exit, Result result) {
    assertThat(result.exit()).as(result.all()).isEqualTo(exit);
    return result;
  }

  private static void asBefore(Stage stage, String definition) throws Exception {
    assertThat(stage.database().definition()).isEqualTo(definition);
    assertThat(stage.newVersions()).isEqualTo(List.of());
    assertThat(stage.serving()).isEqualTo("old");
  }
}
