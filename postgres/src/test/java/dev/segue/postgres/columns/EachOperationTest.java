package dev.segue.postgres.columns;

import static dev.segue.postgres.columns.Stage.WHERE;
import static dev.segue.postgres.columns.Stage.add;
import static dev.segue.postgres.columns.Stage.changeType;
import static dev.segue.postgres.columns.Stage.drop;
import static dev.segue.postgres.columns.Stage.notNull;
import static dev.segue.postgres.columns.Stage.part;
import static dev.segue.postgres.columns.Stage.rename;
import static dev.segue.postgres.columns.Stage.replaceEnum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.Identity;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.SplitColumn;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kind of operation, there, back, and to its end: back, the catalogue is what it was; at the
/// end, it is what the plain statements would have made of it.
class EachOperationTest {

  private static final String PERSON =
      """
      CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
      CREATE TABLE team (id bigserial PRIMARY KEY, name text);
      CREATE TABLE person (
        id serial PRIMARY KEY,
        boss int REFERENCES person (id),
        team bigint CONSTRAINT in_team REFERENCES team (id) ON DELETE SET NULL DEFERRABLE,
        first text NOT NULL,
        last text,
        mail varchar(80) CONSTRAINT one_mail UNIQUE CHECK (mail LIKE '%@%'),
        age int DEFAULT 18,
        feeling mood NOT NULL DEFAULT 'ok',
        shout text GENERATED ALWAYS AS (upper(first)) STORED);
      CREATE INDEX person_mail ON person (lower(mail), age DESC NULLS LAST) WHERE mail IS NOT NULL;
      CREATE INDEX person_last ON person (last text_pattern_ops) INCLUDE (first);
      CREATE UNIQUE INDEX person_both ON person (team, last) WHERE team > 0;
      COMMENT ON COLUMN person.mail IS 'where to write';
      COMMENT ON CONSTRAINT one_mail ON person IS 'no two';
      ALTER TABLE person ALTER mail SET STATISTICS 77;
      INSERT INTO team (name) VALUES ('a'), ('b');
      INSERT INTO person (boss, team, first, last, mail, age, feeling)
        SELECT nullif(n - 1, 0), 1 + n % 2, 'f' || n, CASE WHEN n % 3 > 0 THEN 'l' || n END,
          'm' || n || '@x', n, (ARRAY['sad', 'ok', 'glad'])[1 + n % 3]::mood
        FROM generate_series(1, 9) n;
      """;

  private static final String PARTED =
      """
      CREATE TABLE parted (at int, a int, b int DEFAULT 4, c text, PRIMARY KEY (at, b))
        PARTITION BY RANGE (at);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
      CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20) PARTITION BY LIST (at);
      CREATE TABLE parted_2_1 PARTITION OF parted_2 DEFAULT;
      CREATE INDEX both_of_them ON parted (a, b);
      INSERT INTO parted SELECT n, n, n, 'c' || n FROM generate_series(0, 19) n;
      """;

  /// @param plain what makes the same at once
  record Case(String name, List<SchemaOperation> operations, String plain) {
    SchemaOperation[] all() {
      return operations.toArray(SchemaOperation[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "rename",
            List.of(rename("person", "mail", "email")),
            """
            ALTER TABLE person ADD email varchar(80) CHECK (email LIKE '%@%');
            UPDATE person SET email = mail;
            COMMENT ON COLUMN person.email IS 'where to write';
            ALTER TABLE person ALTER email SET STATISTICS 77;
            ALTER TABLE person DROP mail;
            ALTER TABLE person RENAME CONSTRAINT person_email_check TO person_mail_check;
            ALTER TABLE person ADD CONSTRAINT one_mail UNIQUE (email);
            COMMENT ON CONSTRAINT one_mail ON person IS 'no two';
            CREATE INDEX person_mail ON person (lower(email), age DESC NULLS LAST)
              WHERE email IS NOT NULL;
            """),
        new Case(
            "wider numbers under the same name",
            List.of(changeType("person", "age", null, "bigint", null, null)),
            """
            ALTER TABLE person ADD age2 bigint DEFAULT 18;
            UPDATE person SET age2 = age;
            ALTER TABLE person DROP age;
            ALTER TABLE person RENAME age2 TO age;
            CREATE INDEX person_mail ON person (lower(mail), age DESC NULLS LAST)
              WHERE mail IS NOT NULL;
            """),
        new Case(
            "a foreign key's column",
            List.of(changeType("person", "team", "team_no", "int", null, null)),
            """
            ALTER TABLE person ADD team_no int CONSTRAINT in_team2 REFERENCES team (id)
              ON DELETE SET NULL DEFERRABLE;
            UPDATE person SET team_no = team;
            ALTER TABLE person DROP team;
            ALTER TABLE person RENAME CONSTRAINT in_team2 TO in_team;
            CREATE UNIQUE INDEX person_both ON person (team_no, last) WHERE team_no > 0;
            """),
        new Case(
            "a reference to the table itself",
            List.of(changeType("person", "boss", null, "bigint", null, null)),
            """
            ALTER TABLE person DROP boss, ADD boss bigint;
            ALTER TABLE person ADD FOREIGN KEY (boss) REFERENCES person (id);
            """),
        new Case(
            "an enum's values",
            List.of(
                replaceEnum(
                    "person",
                    "feeling",
                    "temper",
                    "temper",
                    List.of("low", "high"),
                    Map.of("sad", "low", "ok", "low", "glad", "high"),
                    Map.of("low", "sad", "high", "glad"))),
            """
            CREATE TYPE temper AS ENUM ('low', 'high');
            ALTER TABLE person DROP feeling;
            ALTER TABLE person ADD temper temper
              CONSTRAINT person_feeling_not_null NOT NULL DEFAULT 'low';
            """),
        new Case(
            "one into two",
            List.of(
                new SplitColumn(
                    WHERE,
                    "person",
                    "mail",
                    List.of(
                        part("box", "text", "split_part(mail, '@', 1)"),
                        part("host", "text", "split_part(mail, '@', 2)")),
                    "box || '@' || host")),
            "ALTER TABLE person ADD box text, ADD host text, DROP mail"),
        new Case(
            "two into one",
            List.of(
                new MergeColumns(
                    WHERE,
                    "person",
                    List.of("first", "last"),
                    part("name", "text", "first || coalesce(' ' || last, '')"),
                    Map.of(
                        "first", "split_part(name, ' ', 1)",
                        "last", "nullif(split_part(name, ' ', 2), '')"))),
            """
            ALTER TABLE person DROP shout;
            ALTER TABLE person ADD name text, DROP first, DROP last;
            """),
        new Case(
            "a derived column",
            List.of(add("person", "adult", "boolean", "age >= 18")),
            "ALTER TABLE person ADD adult boolean"),
        new Case(
            "a column with a constant",
            List.of(
                new AddColumn(WHERE, "person", "kind", "text", "'none'", true, null, null, null)),
            "ALTER TABLE person ADD kind text NOT NULL DEFAULT 'none'"),
        new Case(
            "a column that differs from row to row",
            List.of(
                new AddColumn(
                    WHERE, "person", "key", "uuid", "gen_random_uuid()", true, null, null, null)),
            "ALTER TABLE person ADD key uuid NOT NULL DEFAULT gen_random_uuid()"),
        new Case(
            "a number",
            List.of(
                new AddColumn(
                    WHERE, "person", "no", "bigint", null, true, Identity.ALWAYS, null, null)),
            "ALTER TABLE person ADD no bigint GENERATED ALWAYS AS IDENTITY"),
        new Case(
            "no NULL any more",
            List.of(notNull("person", "last", "'unknown' || id")),
            """
            UPDATE person SET last = 'unknown' || id WHERE last IS NULL;
            ALTER TABLE person ALTER last SET NOT NULL;
            """),
        new Case(
            "a column less",
            List.of(drop("person", "feeling", "'ok'")),
            "ALTER TABLE person DROP feeling"),
        new Case(
            "a key and an index of a partitioned table",
            List.of(
                rename("parted", "a", "alpha"),
                changeType("parted", "b", null, "bigint", null, null)),
            """
            ALTER TABLE parted ADD alpha int, ADD b2 bigint DEFAULT 4, DROP a, DROP b;
            ALTER TABLE parted RENAME b2 TO b;
            ALTER TABLE parted ALTER b SET NOT NULL;
            ALTER TABLE parted_1 ADD CONSTRAINT parted_1_pkey PRIMARY KEY (at, b);
            ALTER TABLE parted_2_1 ADD CONSTRAINT parted_2_1_pkey PRIMARY KEY (at, b);
            ALTER TABLE parted_2 ADD CONSTRAINT parted_2_pkey PRIMARY KEY (at, b);
            ALTER TABLE parted ADD PRIMARY KEY (at, b);
            CREATE INDEX parted_1_a_b_idx ON parted_1 (alpha, b);
            CREATE INDEX parted_2_1_a_b_idx ON parted_2_1 (alpha, b);
            CREATE INDEX parted_2_a_b_idx ON parted_2 (alpha, b);
            CREATE INDEX both_of_them ON parted (alpha, b);
            """),
        new Case(
            "several on one column",
            List.of(
                changeType("person", "age", "years", "text", null, null),
                changeType("person", "years", "summers", "numeric", null, null)),
            """
            ALTER TABLE person DROP age;
            ALTER TABLE person ADD summers numeric DEFAULT 18;
            CREATE INDEX person_mail ON person (lower(mail), summers DESC NULLS LAST)
              WHERE mail IS NOT NULL;
            """));
  }

  @TempDir Path directory;

  private Stage open(Case aCase) throws SQLException {
    return aCase.name().equals("two into one")
        ? Stage.open(directory, PERSON, "ALTER TABLE person DROP shout")
        : Stage.open(directory, PERSON, PARTED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void backToWhatItWas(Case aCase) throws SQLException {
    try (Stage stage = open(aCase)) {
      String before = stage.dump();
      String rows = stage.rows("SELECT first, last, mail, age, feeling, team FROM person");

      stage.expand(aCase.all());
      stage.expand(aCase.all());
      assertThat(stage.differing(false, aCase.all())).isEmpty();
      stage.takeBack(aCase.all());
      stage.takeBack(aCase.all());

      assertThat(stage.dump()).isEqualTo(before);
      if (!aCase.name().equals("no NULL any more")) {
        assertThat(stage.rows("SELECT first, last, mail, age, feeling, team FROM person"))
            .isEqualTo(rows);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void toWhatWasPromised(Case aCase) throws SQLException {
    try (Stage plain = open(aCase);
        Stage stage = open(aCase)) {
      plain.execute(aCase.plain().replace("DROP shout;", "ADD x int; ALTER TABLE person DROP x;"));

      stage.expand(aCase.all());
      assertThat(stage.differing(true, aCase.all())).isEmpty();
      stage.contract(aCase.all());

      assertThat(stage.dump()).isEqualTo(plain.dump());
      assertThat(stage.value("SELECT count(*) FROM pg_class WHERE relname LIKE '%\\_\\_segue'"))
          .isEqualTo("0");
    }
  }
}
