package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What one run's records come to, worked out by the tests themselves, from the tables as
/// docs/reference/journal.md describes them.
final class Replay {

  /// Where a step stands. What was begun and not noted as done may be there or not.
  enum Standing {
    UNTOUCHED,
    BEGUN,
    APPLIED,
    FAILED,
    GOING,
    GONE
  }

  private static final String RECORDS =
      """
      select kind, body::text, epoch,
             seq = row_number() over (order by seq)
             and epoch >= lag(epoch, 1, epoch) over (order by seq)
             and previous_hash = lag(hash, 1, repeat('0', 64)) over (order by seq)
             and hash = encode(sha256(convert_to(concat_ws(E'\\n', run, seq, epoch,
                   to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   version, kind, previous_hash, body::text), 'UTF8')), 'hex')
        from segue.journal where run = ? order by seq\
      """;

  /// But those that were set aside because nobody can read them.
  private static final String RUNS =
      """
      from segue.run where run not in (
        select body->'replaces'->>'run' from segue.journal
         where kind = 'run-started' and json_typeof(body->'replaces') = 'object')
       order by number\
      """;

  private static final Set<String> ENDING = Set.of("RETIRE", "CONTRACT");

  private final String run;
  private final Map<String, Standing> steps = new LinkedHashMap<>();
  private boolean goingBack;
  private @Nullable String outcome;
  private String last = "";
  private int records;

  private Replay(String run) {
    this.run = run;
  }

  /// Every run, oldest first, with every record found to be what the ones before it allow.
  static List<Replay> all(Database database) throws SQLException {
    List<Replay> all = new ArrayList<>();
    try (Connection c = database.connect();
        PreparedStatement records = c.prepareStatement(RECORDS)) {
      for (String run : database.column("select run " + RUNS)) {
        records.setString(1, run);
        Replay replay = new Replay(run);
        try (ResultSet row = records.executeQuery()) {
          while (row.next()) {
            String record = row.getString(1) + " " + row.getString(2);
            assertThat(row.getBoolean(4)).as(run + ": unbroken at " + record).isTrue();
            replay.take(row.getString(1), JsonMapper.shared().readTree(row.getString(2)));
          }
        }
        all.add(replay);
      }
    }
    return all;
  }

  /// The newest run of the stage's change.
  static Replay latest(Database database) throws SQLException {
    return all(database).getLast();
  }

  private void take(String kind, JsonNode body) {
    String step = body.path("step").asString("");
    last = (kind + " " + step).strip();
    records++;
    assertThat(outcome).as(run + ": nothing after its end but " + last).isNull();
    switch (kind) {
      case "run-started" -> {
        assertThat(steps).as(run + ": it starts once").isEmpty();
        boolean replaces = body.path("replaces").isObject();
        for (JsonNode planned : body.path("plan")) {
          // Nobody knows how far the run came in whose place it is, but that it was not ended.
          boolean begun = replaces && !ENDING.contains(planned.path("stage").asString());
          steps.put(planned.path("id").asString(), begun ? Standing.BEGUN : Standing.UNTOUCHED);
        }
        assertThat(steps).isNotEmpty();
      }
      case "step-started" -> {
        assertThat(goingBack).as(run + ": no new step on the way back: " + step).isFalse();
        assertThat(before(step))
            .as(run + ": all before it stand when it starts: " + step)
            .allMatch(s -> steps.get(s) == Standing.APPLIED);
        moved(step, Standing.BEGUN, Standing.UNTOUCHED, Standing.BEGUN, Standing.FAILED);
      }
      case "step-applied" -> moved(step, Standing.APPLIED, Standing.BEGUN);
      case "step-failed" -> moved(step, Standing.FAILED, Standing.BEGUN);
      case "take-back-started" -> {
        assertThat(goingBack).as(run + ": it turns round once").isFalse();
        goingBack = true;
      }
      case "step-taking-back" -> {
        assertThat(goingBack).as(run + ": taken back only on the way back: " + step).isTrue();
        assertThat(after(step)).as(run + ": backwards, " + last).noneMatch(this::touched);
        assertThat(touched(step)).as(run + ": " + last).isTrue();
        steps.put(step, Standing.GOING);
      }
      case "step-taken-back" -> moved(step, Standing.GONE, Standing.GOING);
      case "take-back-failed" -> moved(step, Standing.GOING, Standing.GOING);
      case "ended" -> outcome = body.path("outcome").asString();
      default -> assertThat(steps).as(run + " begins with " + last).isNotEmpty();
    }
  }

  private void moved(String step, Standing to, Standing... from) {
    assertThat(steps.get(step)).as(run + ": " + last).isIn((Object[]) from);
    steps.put(step, to);
  }

  private boolean touched(String step) {
    Standing standing = steps.get(step);
    return standing != Standing.UNTOUCHED && standing != Standing.GONE;
  }

  private List<String> before(String step) {
    List<String> all = List.copyOf(steps.keySet());
    return all.subList(0, all.indexOf(step));
  }

  private List<String> after(String step) {
    List<String> all = List.copyOf(steps.keySet());
    return all.subList(all.indexOf(step) + 1, all.size());
  }

  String run() {
    return run;
  }

  int records() {
    return records;
  }

  boolean goingBack() {
    return goingBack;
  }

  /// Null while the run has not ended.
  @Nullable String outcome() {
    return outcome;
  }

  Map<String, Standing> steps() {
    return steps;
  }

  /// The step at which the run is, for people: `switch`, `back: switch`, or `between`.
  String at() {
    String way = goingBack ? "back: " : "";
    return steps.entrySet().stream()
        .filter(s -> s.getValue() == Standing.BEGUN || s.getValue() == Standing.GOING)
        .map(s -> way + s.getKey())
        .findFirst()
        .orElse(way + "between");
  }

  /// Asserts that a database is as its journal says: every run ended where its records end, and the
  /// table as the newest run left it.
  static void agrees(Database database) throws SQLException {
    if (!database.hasJournal()) {
      return;
    }
    List<Replay> all = all(database);
    assertThat(
            database.column(
                """
                select concat_ws(' ', run, outcome, case when ended_at is null then 'open' end)
                """
                    + RUNS))
        .as("how the runs ended, by the records")
        .isEqualTo(
            all.stream().map(r -> r.run + " " + (r.outcome == null ? "open" : r.outcome)).toList());
    if (!all.isEmpty()) {
      all.getLast().agreesWith(database);
    }
  }

  private void agreesWith(Database database) throws SQLException {
    String table =
        database
            .column(
                """
                select concat_ws(' ', c.relkind, string_agg(a.attname, ' ' order by a.attname))
                  from pg_class c join pg_attribute a on a.attrelid = c.oid
                 where c.oid = '%s'::regclass and a.attname in ('%s', '%s')
                 group by c.relkind\
                """
                    .formatted(Stage.TABLE, Stage.OLD_NAME, Stage.NEW_NAME))
            .getFirst();
    boolean inStep = steps.containsKey("columns-" + Stage.TABLE);
    String both = (inStep ? "r " : "v ") + Stage.NEW_NAME + " " + Stage.OLD_NAME;
    String before = "r " + Stage.OLD_NAME;
    String after = "r " + Stage.NEW_NAME;
    List<String> allowed =
        switch (steps.getOrDefault(
            (inStep ? "drop-old-" : "contract-") + Stage.TABLE, Standing.UNTOUCHED)) {
          case APPLIED -> List.of(after);
          case BEGUN, FAILED -> List.of(both, after);
          case UNTOUCHED, GOING, GONE ->
              switch (steps.getOrDefault(
                  (inStep ? "columns-" : "expand-") + Stage.TABLE, Standing.UNTOUCHED)) {
                case UNTOUCHED, GONE -> List.of(before);
                case APPLIED -> List.of(both);
                case BEGUN, FAILED, GOING -> List.of(before, both);
              };
        };
    assertThat(table).as(run + ": the table, by the journal").isIn(allowed);
  }
}
