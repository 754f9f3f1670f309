package dev.segue.examples.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class StatementsTest {

  @Test
  void fileHoldsWhatTheNewVersionSends() throws IOException {
    assertThat(file("new.sql")).isEqualTo(numbered(Statements.of(Version.NEW).all()));
  }

  @Test
  void facadeCarriesBothVersionsButNotThePlantedOne() throws Exception {
    try (TestDatabase database = TestDatabases.fresh()) {
      try (Connection c = database.connect()) {
        new MembersSchema(10, 5).create(c);
      }
      String planted = file("planted.sql").getFirst();
      prepare(database, planted);
      database.execute(
          "ALTER TABLE unified_db_personlink RENAME TO personlink_base",
          """
          CREATE VIEW unified_db_personlink AS
          SELECT *, fahanie_cares_member_id AS bm_parliament_member_id FROM personlink_base\
          """);

      for (Version version : Version.values()) {
        for (String statement : numbered(Statements.of(version).all())) {
          assertThatCode(() -> prepare(database, statement)).doesNotThrowAnyException();
        }
      }
      assertThatThrownBy(() -> prepare(database, planted))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("must appear in the GROUP BY clause");
    }
  }

  @Test
  void failingChangeDiffersInTheNewVersionsCommandOnly() throws IOException {
    List<String> good = Files.readAllLines(RunningApp.EXAMPLE.resolve("change.yaml"));
    List<String> failing = Files.readAllLines(RunningApp.EXAMPLE.resolve("change-failing.yaml"));

    List<String> mended =
        failing.stream().map(line -> line.replaceFirst(" --fail-after \\w+", "")).toList();

    assertThat(mended).isEqualTo(good);
    assertThat(failing).isNotEqualTo(good);
  }

  private static List<String> file(String name) throws IOException {
    String text = Files.readString(RunningApp.EXAMPLE.resolve("statements").resolve(name));
    return Arrays.stream(text.replaceAll("(?m)^--.*$", "").split(";", -1))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  /// With PostgreSQL's placeholders in the place of JDBC's.
  private static List<String> numbered(List<String> statements) {
    return statements.stream().map(StatementsTest::numbered).toList();
  }

  private static String numbered(String statement) {
    Matcher marks = Pattern.compile("\\?").matcher(statement);
    StringBuilder text = new StringBuilder();
    for (int n = 1; marks.find(); n++) {
      marks.appendReplacement(text, "\\$" + n);
    }
    return marks.appendTail(text).toString();
  }

  private static void prepare(TestDatabase database, String statement) throws SQLException {
    database.execute("PREPARE tried AS " + statement);
  }
}
