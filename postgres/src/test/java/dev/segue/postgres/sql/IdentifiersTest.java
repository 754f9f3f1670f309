package dev.segue.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentifiersTest {

  @Test
  void namesAreQuotedAsTheServerDoes() throws SQLException {
    try (TestDatabase scene = TestDatabases.fresh();
        Connection connection = scene.connect()) {
      List<String> words =
          Prompt.list(
              connection,
              """
              select word from pg_get_keywords() where catcode <> 'U'
              union values ('simple_1'), ('Mixed'), ('1st'), ('a b'), ('a"b'), ('ß'), ('_x'), ('a$')
              """,
              row -> row.getString(1));
      for (String word : words) {
        assertThat(Identifiers.quoted(word))
            .isEqualTo(
                Prompt.first(connection, "select quote_ident(?)", row -> row.getString(1), word)
                    .orElseThrow());
      }
      for (String text : List.of("plain", "it's", "back\\slash", "a\nb")) {
        assertThat(
                Prompt.first(
                    connection, "select " + Identifiers.literal(text), row -> row.getString(1)))
            .contains(text);
      }
    }
  }

  @Test
  void aTableAsideKeepsWithinTheServersLengthAndLongNamesStayTwo() {
    String long1 = "a".repeat(62) + "1";
    String long2 = "a".repeat(62) + "2";

    assertThat(Identifiers.aside("t")).isEqualTo("t__segue");
    assertThat(Identifiers.aside("b".repeat(56))).hasSize(63);
    assertThat(Identifiers.aside(long1)).hasSize(63).isNotEqualTo(Identifiers.aside(long2));
    assertThat(Identifiers.bytes(Identifiers.aside("ü".repeat(31)))).isBetween(60, 63);
    assertThat(Identifiers.bytes(Identifiers.aside("😀".repeat(15) + "abc"))).isBetween(60, 63);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "-",
      value = {
        "person | - | person",
        "My table | - | My table",
        "sales.person | sales | person",
        "\"a.b\" | - | a.b",
        "x.\"a\"\"b\" | x | a\"b",
        "a.b.c | - | a.b.c",
      })
  void tablesAreNamedAsInTheChangeFile(String text, String schema, String table) {
    assertThat(TableName.parse(text)).isEqualTo(new TableName(schema, table));
  }
}
