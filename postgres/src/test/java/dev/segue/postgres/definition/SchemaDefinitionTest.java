package dev.segue.postgres.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.postgres.definition.SchemaDefinition.Entry;
import dev.segue.postgres.definition.SchemaDefinition.Phase;
import dev.segue.postgres.sql.Sql;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaDefinitionTest {

  @Test
  void aWholeDatabaseMadeAgainIsTheSame() throws SQLException {
    try (TestDatabase original = TestDatabases.fresh();
        TestDatabase copy = TestDatabases.fresh()) {
      RichSchema.create(original);
      SchemaDefinition definition = ofDatabase(original);
      create(copy, definition);
      SchemaDefinition again = ofDatabase(copy);
      assertThat(again.differencesIn(definition)).isEmpty();
      assertThat(definition.differencesIn(again)).isEmpty();
      assertThat(definition.leftOut()).isEmpty();
      // To the letter, but for the one check the server rewrites when it reads it back.
      assertThat(lines(again)).containsExactlyElementsOf(lines(definition));
    }
  }

  private static List<String> lines(SchemaDefinition definition) {
    return definition.entries().stream()
        .filter(e -> !e.what().contains("member_status_check"))
        .map(Entry::toString)
        .toList();
  }

  @Test
  void tablesComeWithWhatTheyNeedAndNoMore() throws SQLException {
    try (TestDatabase original = TestDatabases.fresh();
        TestDatabase copy = TestDatabases.fresh()) {
      RichSchema.create(original);
      SchemaDefinition definition;
      try (Connection connection = original.connect()) {
        connection.setAutoCommit(false);
        long link =
            Sql.one(connection, "select '\"Odd Name\".\"Link\"'::regclass::oid", r -> r.getLong(1));
        definition = SchemaDefinition.ofTables(connection, List.of(link));
      }
      assertThat(definition.withoutAccess().entries())
          .extracting(Entry::what)
          .containsExactlyInAnyOrder(
              "schema \"Odd Name\"",
              "function public.note_it()",
              "table \"Odd Name\".\"Link\"",
              "sequence \"Odd Name\".\"Link_id_seq\"",
              "owner of sequence \"Odd Name\".\"Link_id_seq\"",
              "default of \"Odd Name\".\"Link\".id",
              "constraint \"Link_pkey\" of \"Odd Name\".\"Link\"",
              "constraint \"Link_note_excl\" of \"Odd Name\".\"Link\"",
              "trigger note of \"Odd Name\".\"Link\"",
              "trigger off of \"Odd Name\".\"Link\"",
              "state of trigger off of \"Odd Name\".\"Link\"");
      assertThat(definition.leftOut())
          .containsExactly(
              "foreign key \"Link_from_fkey\" of \"Odd Name\".\"Link\", for the table it refers to is not among these");
      create(copy, definition);
      assertThat(definition.withoutAccess().differencesIn(ofDatabase(copy).withoutAccess()))
          .containsExactly("extension pg_stat_statements should not be there");
    }
  }

  @Test
  void aPartitionedTableComesWithItsPartitions() throws SQLException {
    try (TestDatabase original = TestDatabases.fresh()) {
      RichSchema.create(original);
      try (Connection connection = original.connect()) {
        connection.setAutoCommit(false);
        long visit = Sql.one(connection, "select 'visit'::regclass::oid", r -> r.getLong(1));
        assertThat(SchemaDefinition.ofTables(connection, List.of(visit)).entries())
            .extracting(Entry::what)
            .contains(
                "table public.visit",
                "table public.visit_25",
                "table public.visit_rest",
                "partition public.visit_25",
                "index public.visit_member",
                "constraint visit_rest_pkey of public.visit_rest")
            .doesNotContain("table public.member");
      }
    }
  }

  @Test
  void everyDifferenceIsNamed() throws SQLException {
    try (TestDatabase one = TestDatabases.fresh();
        TestDatabase other = TestDatabases.fresh()) {
      one.execute("CREATE TABLE t (a int, b varchar(20))", "CREATE INDEX i ON t (a)");
      other.execute("CREATE TABLE t (a int, b varchar(200))", "CREATE VIEW v AS SELECT a FROM t");
      assertThat(ofDatabase(other).withoutAccess().differencesIn(ofDatabase(one).withoutAccess()))
          .hasSize(3)
          .contains("index public.i should not be there", "view public.v is missing")
          .anyMatch(d -> d.startsWith("table public.t is CREATE TABLE"));
    }
  }

  @Test
  void whatCannotBeCopiedIsNamed() throws SQLException {
    try (TestDatabase database = TestDatabases.fresh()) {
      database.execute(
          "CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int)",
          "CREATE PUBLICATION p",
          "CREATE COLLATION german FROM \"C\"",
          "CREATE TYPE pair AS (a int)",
          "CREATE TABLE typed OF pair");
      assertThat(ofDatabase(database).leftOut())
          .containsExactlyInAnyOrder(
              "function public.total(integer)",
              "publication p",
              "collation public.german",
              "table public.typed");
    }
  }

  @Test
  void goesOnWhereTheServerRefuses() throws SQLException {
    try (TestDatabase copy = TestDatabases.fresh();
        Connection connection = copy.connect()) {
      PinnedSession.pin(connection);
      SchemaDefinition definition =
          new SchemaDefinition(
              List.of(
                  new Entry(Phase.BEFORE_DATA, "table t", "CREATE TABLE public.t (a nothing)"),
                  new Entry(Phase.BEFORE_DATA, "table u", "CREATE TABLE public.u (a int)")),
              List.of());
      assertThat(definition.createWhatCanBe(connection))
          .singleElement()
          .asString()
          .startsWith("table t: ")
          .contains("nothing");
      assertThat(copy.value("select count(*) from u")).isEqualTo("0");
    }
  }

  static SchemaDefinition ofDatabase(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      return SchemaDefinition.ofDatabase(connection);
    }
  }

  static void create(TestDatabase database, SchemaDefinition definition) throws SQLException {
    try (Connection connection = database.connect()) {
      PinnedSession.pin(connection);
      for (Phase phase : Phase.values()) {
        definition.create(connection, phase);
      }
    }
  }
}
