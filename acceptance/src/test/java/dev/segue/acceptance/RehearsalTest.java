package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A statement of the application that a facade cannot carry is found before anything is touched,
/// and columns in step carry it.
@Tag("acceptance")
class RehearsalTest {

  @Test
  void aStatementThatAFacadeCannotCarryStopsAChangeThatInsistsOnOne() throws Exception {
    try (Stage stage = Stage.open().up()) {
      String before = stage.database().definition();
      Path planted = planted(stage);
      Files.writeString(
          planted,
          Files.readString(planted)
              .replace("- rename-column:\n", "- rename-column:\n      by: facade\n"));

      Result check = stage.start(planted, Map.of(), "check").await();
      assertThat(check.exit()).as(check.all()).isEqualTo(3);
      assertThat(check.out())
          .contains("NO, rename-member-column must not go")
          .contains("✗ rehearsal")
          .contains("SELECT \"unified_db_personlink\".\"id\"", "COUNT(")
          .contains("must appear in the GROUP BY clause");

      Result json = stage.start(planted, Map.of(), "check", "--json").await();
      assertThat(json.exit()).as(json.all()).isEqualTo(3);
      JsonNode answer = JsonMapper.shared().readTree(json.out());
      assertThat(answer.path("go").asBoolean()).isFalse();
      assertThat(
              answer
                  .path("findings")
                  .valueStream()
                  .filter(f -> f.path("level").asString().equals("refused"))
                  .map(f -> f.path("gate").asString()))
          .containsOnly("rehearsal");

      assertThat(stage.database().definition()).isEqualTo(before);
      assertThat(stage.database().hasJournal()).isFalse();
      assertThat(stage.scratchDatabases()).isEmpty();
    }
  }

  @Test
  void elseTheColumnsAreKeptInStepThereBackAndToTheEnd() throws Exception {
    try (Stage stage = Stage.open().up();
        Users users = stage.users(100)) {
      String before = stage.database().definition();
      Path planted = planted(stage);
      Result run = stage.start(planted, Map.of(), "run").await();
      assertThat(run.exit()).as(run.all()).isZero();
      assertThat(run.out()).contains("must appear in the GROUP BY clause", "columns in step");
      assertThat(stage.serving()).isEqualTo("new");
      users.servedSome();

      Result back = stage.start(planted, Map.of(), "rollback").await();
      assertThat(back.exit()).as(back.all()).isZero();
      assertThat(back.out()).contains("byte for byte");
      assertThat(stage.serving()).isEqualTo("old");
      assertThat(stage.database().definition()).isEqualTo(before);
      users.servedSome();

      Result again = stage.start(planted, Map.of(), "run").await();
      assertThat(again.exit()).as(again.all()).isZero();
      String[] insisting = {"--force", "--reason", "nobody is left on the old one"};
      Result finish = stage.start(planted, Map.of(), "finish", insisting).await();
      assertThat(finish.exit()).as(finish.all()).isZero();
      users.servedSome();
      users.nothingLost(stage.newVersion());
    }
  }

  private static Path planted(Stage stage) throws IOException {
    String news = "new: " + Stage.EXAMPLE.resolve("statements/new.sql");
    Path planted =
        stage.variant(news, news + "\n  old: " + Stage.EXAMPLE.resolve("statements/planted.sql"));
    String database = "\npostgres:\n";
    return Files.writeString(
        planted,
        Stage.replaced(
            Files.readString(planted), database, database + "  backfill: { pace: full }\n"));
  }
}
