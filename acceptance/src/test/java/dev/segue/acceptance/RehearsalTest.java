package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A statement of the application that a facade cannot carry is found before anything is touched.
@Tag("acceptance")
class RehearsalTest {

  @Test
  void aStatementThatAFacadeCannotCarryStopsTheChange() throws Exception {
    try (Stage stage = Stage.open().up()) {
      String before = stage.database().definition();
      String news = "new: " + Stage.EXAMPLE.resolve("statements/new.sql");
      Path planted =
          stage.variant(news, news + "\n  old: " + Stage.EXAMPLE.resolve("statements/planted.sql"));

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
}
