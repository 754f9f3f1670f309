package dev.segue.postgres.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Change;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext.Window;
import dev.segue.postgres.FakeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkStepTest {

  @TempDir Path directory;
  private Scene scene;
  private FakeContext context;
  private Step mark;

  @BeforeEach
  void open() throws SQLException {
    scene = Scene.open();
    context = new FakeContext(directory);
    mark = scene.step("mark");
  }

  @AfterEach
  void close() throws SQLException {
    scene.close();
  }

  @Test
  void aLateWayBackCopiesWhatWasWrittenSinceAndNothingElse() throws Exception {
    Step expand = scene.step("expand-" + Scene.LINK);
    expand.apply(context);
    context.keep("mark", mark.apply(context));
    scene.execute(
        "INSERT INTO unified_db_personlink (person, bm_parliament_member_id) VALUES ('new, \"one\"', 7)",
        "UPDATE unified_db_personlink SET note = NULL WHERE id = 2",
        "VACUUM FREEZE unified_db_personlink__segue");
    insertInSubtransaction();

    Facts facts = mark.takeBack(context.in(Window.BY_HAND));

    Path file = directory.resolve("written-by-new-unified_db_personlink.csv");
    assertThat(facts.values())
        .isEqualTo(
            Map.of(
                "written_since_switch",
                List.of(Map.of("table", Scene.LINK, "file", file.toString(), "rows", 3L))));
    assertThat(Files.readAllLines(file))
        .containsExactlyInAnyOrder(
            "id,person,fahanie_cares_member_id,note,shout",
            "2,p2,2,,P2",
            "4,\"new, \"\"one\"\"\",7,none,\"NEW, \"\"ONE\"\"\"",
            "5,sub,,none,SUB");
    assertThat(files()).containsExactly("written-by-new-unified_db_personlink.csv");

    expand.takeBack(context);
    mark.takeBack(context.in(Window.FORWARD_ONLY));
    assertThat(Files.readAllLines(file)).hasSize(4);
  }

  private void insertInSubtransaction() throws SQLException {
    try (Connection connection = scene.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SAVEPOINT s");
      statement.execute("INSERT INTO unified_db_personlink (person) VALUES ('sub')");
      statement.execute("RELEASE s");
      connection.commit();
    }
  }

  @Test
  void anEarlyWayBackOrOneWithoutAMarkCopiesNothing() throws IOException {
    assertThat(mark.takeBack(context.in(Window.BY_HAND))).isEqualTo(Facts.NONE);
    context.keep("mark", mark.apply(context));
    assertThat(mark.takeBack(context.in(Window.AUTOMATIC))).isEqualTo(Facts.NONE);
    assertThat(files()).isEmpty();
  }

  @Test
  void aTablesNameMakesAFileName() throws Exception {
    scene.execute("CREATE TABLE \"a/b\" (x int)");
    Change change = scene.change(Scene.rename("a/b", "x", "y"));
    Step ofSlash = Scene.step(change, "mark");
    context.keep("mark", ofSlash.apply(context));
    ofSlash.takeBack(context.in(Window.BY_HAND));
    assertThat(files()).containsExactly("written-by-new-a%2Fb.csv");
  }

  private List<String> files() throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
