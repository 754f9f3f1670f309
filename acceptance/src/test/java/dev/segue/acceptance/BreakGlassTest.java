package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A gate that says things are not well does not block the cure; what cannot work stays refused.
@Tag("acceptance")
class BreakGlassTest {

  @Test
  void aPersonGoesPastWhatAPersonMayKnowBetter() throws Exception {
    try (Stage stage = Stage.open().with("errors <= 5", "errors < 0").up()) {
      Result check = stage.segue("check");
      assertThat(check.exit()).as(check.all()).isEqualTo(3);
      assertThat(check.out()).contains("A person may override this (health): segue run");
      assertThat(stage.segue("plan").out()).contains("a NO may be overridden", "a NO is final");
      Result refused = stage.segue("run");
      assertThat(refused.exit()).as(refused.all()).isEqualTo(3);
      assertThat(refused.out()).contains("segue run --force --reason", "nothing was touched");

      Result run = stage.segue("run", "--force", "--reason", "this is the cure");
      assertThat(run.exit()).as(run.all()).isZero();
      assertThat(run.out())
          .contains("! health: expected", "overridden by", "this is the cure")
          .doesNotContain("✓ health", "· health");
      assertThat(stage.segue("report").out()).contains("| health | overridden |");

      Result back = stage.segue("rollback", "--force", "--reason", "for the records");
      assertThat(back.exit()).as(back.all()).isZero();
      assertThat(stage.segue("journal").out())
          .contains("overridden by ", "because this is the cure")
          .contains("BY_HAND, forced, by ", "for the records");
      assertThat(stage.segue("journal", "--json").out())
          .contains("\"overridden_by\":", "\"because\":\"this is the cure\"")
          .contains("\"why\":\"for the records\"", "\"forced\":true");
    }
  }

  @Test
  void nobodyGoesPastWhatCannotWork() throws Exception {
    try (Stage stage = Stage.open().with("errors <= 5", "errors < 0").up()) {
      Path inTheWay = Files.createTempFile(stage.directory(), "no-directory-", "");
      Map<String, String> environment = Map.of("SEGUE_BACKUPS", inTheWay.toString());
      Result check = stage.start(stage.file(), environment, "check").await();
      assertThat(check.out())
          .contains("A person may override health", "nobody can override backup");
      Result run =
          stage
              .start(stage.file(), environment, "run", "--force", "--reason", "this is the cure")
              .await();
      assertThat(run.exit()).as(run.all()).isEqualTo(3);
      assertThat(run.out())
          .contains("No --force goes past backup directory", "nothing was touched")
          .doesNotContain("overridden by");
      assertThat(stage.newVersions()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "rollback", "finish"})
  void withoutAReasonNothingIsForced(String command) throws Exception {
    try (Stage stage = Stage.open()) {
      for (String[] arguments : new String[][] {{"--force"}, {"--force", "--reason", " "}}) {
        Result result = stage.segue(command, arguments);
        assertThat(result.exit()).as(result.all()).isEqualTo(2);
        assertThat(result.err()).containsOnlyOnce("segue: ").contains("--reason", "journaled");
      }
      assertThat(stage.database().hasJournal()).isFalse();
    }
  }
}
