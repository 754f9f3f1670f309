package dev.segue.postgres.columns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.SchemaOperation;
import dev.segue.postgres.backfill.Comparison;
import dev.segue.postgres.backfill.Copying;
import dev.segue.postgres.columns.RandomChange.Values;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random tables, rows, operations and writers: at every moment both sides of every row agree, and
/// whoever wrote a value reads it.
///
/// `-Dsegue.columns.seed=N` repeats one; `-Dsegue.columns.seeds=N` tries more.
class InStepPropertyTest {

  private static final int WRITES = 40;

  @TempDir Path directory;

  static LongStream seeds() {
    String one = System.getProperty("segue.columns.seed");
    return one == null
        ? LongStream.range(0, Integer.getInteger("segue.columns.seeds", 10))
        : LongStream.of(Long.parseLong(one));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void bothSidesAgreeAtEveryMoment(long seed) throws SQLException {
    // Neighbouring seeds begin alike.
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    RandomChange change = new RandomChange(random);
    try (Stage stage = Stage.open(directory, change.create);
        Stage plain = Stage.open(directory, change.create);
        Connection connection = stage.database().connect()) {
      new Play(stage, plain, connection, change, random).act();
    }
  }

  private static final class Play {

    private final Stage stage;
    private final Stage plain;
    private final Connection connection;
    private final RandomChange change;
    private final Random random;
    private Comparison comparison = new Comparison("", "false", List.of());
    private Copying copying = new Copying("", List.of(), "false");

    Play(Stage stage, Stage plain, Connection connection, RandomChange change, Random random) {
      this.stage = stage;
      this.plain = plain;
      this.connection = connection;
      this.change = change;
      this.random = random;
    }

    private SchemaOperation[] operations() {
      return change.operations.toArray(SchemaOperation[]::new);
    }

    void act() throws SQLException {
      for (int i = 0; i < WRITES; i++) {
        write(change.olds, false);
      }
      String before = stage.dump();
      stage.step("columns-", operations()).apply(stage.context());
      Design design = stage.design(operations());
      comparison = design.comparison(true);
      copying = design.copying();
      both(false);
      copy("AND hashtext(mark) % 2 = 0");
      both(false);
      copy("");
      both(true);
      stage.step("indexes-", operations()).apply(stage.context());
      stage.step("constraints-", operations()).apply(stage.context());
      both(true);
      if (random.nextBoolean()) {
        stage.takeBack(operations());
        assertThat(stage.dump()).isEqualTo(before);
      } else {
        String news = news();
        stage.contract(operations());
        plain.execute(change.plain.toString());
        assertThat(stage.dump()).isEqualTo(plain.dump());
        assertThat(news()).isEqualTo(news);
      }
    }

    private String news() throws SQLException {
      String columns =
          change.news.stream()
              .flatMap(values -> values.columns().stream())
              .map(column -> ", " + column + "::text")
              .collect(Collectors.joining());
      return stage.rows("SELECT mark" + columns + " FROM thing ORDER BY mark");
    }

    private void both(boolean copied) throws SQLException {
      for (int i = 0; i < WRITES; i++) {
        if (random.nextBoolean()) {
          write(change.olds, true);
        } else {
          write(change.news, copied);
        }
        agree(copied);
      }
    }

    private void copy(String some) throws SQLException {
      List<String> set = copying.set().stream().map(a -> a.column() + " = " + a.value()).toList();
      if (!set.isEmpty()) {
        stage.execute(
            "SET session_replication_role = replica",
            "UPDATE thing SET %s WHERE (%s) %s"
                .formatted(String.join(", ", set), copying.todo(), some));
      }
    }

    private void agree(boolean copied) throws SQLException {
      String notYet = copied ? "false" : copying.todo();
      assertThat(
              one(
                  "SELECT coalesce(string_agg(t::text, '; '), '') FROM thing t WHERE (%s) AND NOT (%s)"
                      .formatted(comparison.differs(), notYet)))
          .isEmpty();
    }

    /// @param nulls whether NULL may be written: a row not yet copied has it for another reason
    private void write(List<Values> all, boolean nulls) throws SQLException {
      List<Values> can = all.stream().filter(v -> !v.columns().isEmpty()).toList();
      Map<String, String> values = new LinkedHashMap<>();
      if (!can.isEmpty()) {
        List<Values> some = new ArrayList<>(can);
        Collections.shuffle(some, random);
        for (Values one : some.subList(0, 1 + random.nextInt(some.size()))) {
          for (int i = 0; i < one.columns().size(); i++) {
            boolean none = nulls && one.nullable() && random.nextInt(5) == 0;
            values.put(one.columns().get(i), none ? "NULL" : one.values().get(i).get());
          }
        }
      }
      int kind = random.nextInt(10);
      String mark = "m" + random.nextInt(60);
      if (kind == 0) {
        send("DELETE FROM thing WHERE mark = '" + mark + "'");
        return;
      }
      String columns = values.keySet().stream().map(c -> ", " + c).collect(joining());
      String row = values.values().stream().map(v -> ", " + v).collect(joining());
      boolean there = !one("SELECT count(*) FROM thing WHERE mark = '" + mark + "'").equals("0");
      if (!there) {
        send("INSERT INTO thing (mark%s) VALUES ('%s'%s)".formatted(columns, mark, row));
      } else if (values.isEmpty()) {
        send("UPDATE thing SET base = base WHERE mark = '" + mark + "'");
      } else if (kind < 4 && change.keyed) {
        String set =
            values.keySet().stream().map(c -> c + " = excluded." + c).collect(joiningWith());
        send(
            "INSERT INTO thing (mark%s) VALUES ('%s'%s) ON CONFLICT (mark) DO UPDATE SET %s"
                .formatted(columns, mark, row, set));
      } else {
        String set =
            values.entrySet().stream()
                .map(v -> v.getKey() + " = " + v.getValue())
                .collect(joiningWith());
        send("UPDATE thing SET %s WHERE mark = '%s'".formatted(set, mark));
      }
      readBack(mark, values);
    }

    private void readBack(String mark, Map<String, String> values) throws SQLException {
      for (Map.Entry<String, String> value : values.entrySet()) {
        String column = value.getKey();
        String type =
            one(
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                    + " WHERE attrelid = 'thing'::regclass AND attname = '%s'".formatted(column));
        assertThat(one("SELECT %s::text FROM thing WHERE mark = '%s'".formatted(column, mark)))
            .as("%s of %s, written as %s", column, mark, value.getValue())
            .isEqualTo(one("SELECT (%s)::%s::text".formatted(value.getValue(), type)));
      }
    }

    private static Collector<CharSequence, ?, String> joining() {
      return Collectors.joining();
    }

    private static Collector<CharSequence, ?, String> joiningWith() {
      return Collectors.joining(", ");
    }

    private void send(String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new SQLException(sql + ": " + e.getMessage(), e);
      }
    }

    private String one(String query) throws SQLException {
      try (Statement statement = connection.createStatement();
          var rows = statement.executeQuery(query)) {
        rows.next();
        return String.valueOf(rows.getString(1));
      }
    }
  }
}
