package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import dev.segue.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the commands print, for people and for programs.
@Tag("acceptance")
class CommandsTest {

  private static final String ESCAPE = "\033";

  @Test
  void checkAndPlanChangeNothing() throws Exception {
    try (Stage stage = Stage.open().up()) {
      String before = stage.database().definition();
      List<String> answers = Stage.answers(stage.oldVersion());

      Result check = stage.segue("check");
      assertThat(check.exit()).as(check.all()).isZero();
      assertThat(check.out()).contains("YES, rename-member-column may go");
      JsonNode answer = json(stage.segue("check", "--json"));
      assertThat(answer.path("go").asBoolean()).isTrue();
      assertThat(answer.path("findings").size()).isGreaterThan(5);

      Result plan = stage.segue("plan");
      assertThat(plan.exit()).as(plan.all()).isZero();
      assertThat(plan.out())
          .contains("ALTER TABLE", "CREATE VIEW", "ACCESS EXCLUSIVE", "Nothing was changed");
      JsonNode steps = json(stage.segue("plan", "--json")).path("steps");
      assertThat(steps.valueStream().map(s -> s.path("id").asString()))
          .containsSubsequence(
              "gates",
              "stand",
              "baseline",
              "backup",
              "expand-" + Stage.TABLE,
              "start-new",
              "switch",
              "drain",
              "verify",
              "watch",
              "settle",
              "retire",
              "contract-" + Stage.TABLE);
      assertThat(deciding(steps, "the router decides"))
          .containsExactly("switch", "drain", "verify", "old-names", "watch", "settle");
      assertThat(deciding(steps, "a person decides"))
          .containsExactly(
              "backup",
              "expand-" + Stage.TABLE,
              "start-new",
              "mark",
              "retire",
              "contract-" + Stage.TABLE);
      assertThat(deciding(steps, "nobody needs to decide"))
          .containsExactly("gates", "stand", "baseline", "definition");

      nothingYetToTell(stage);
      assertThat(stage.database().definition()).isEqualTo(before);
      assertThat(stage.database().hasJournal()).isFalse();
      assertThat(Stage.answers(stage.oldVersion())).isEqualTo(answers);
      assertThat(stage.scratchDatabases()).isEmpty();
      assertThat(Files.exists(stage.directory().resolve("backups"))).isFalse();
    }
  }

  private static List<String> deciding(JsonNode steps, String who) {
    return steps
        .valueStream()
        .filter(s -> s.path("ifConductorDies").asString().startsWith(who))
        .map(s -> s.path("id").asString())
        .toList();
  }

  private static void nothingYetToTell(Stage stage) {
    Result status = stage.segue("status");
    assertThat(status.exit()).as(status.all()).isZero();
    assertThat(status.out()).contains("No run");
    assertThat(json(stage.segue("status", "--json")).path("run").asString()).isEqualTo("none");
    assertThat(stage.segue("journal").all()).contains("no journal");
    Result report = stage.segue("report");
    assertThat(report.exit()).isEqualTo(2);
    assertThat(report.all()).contains("no run");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rollback", "finish"})
  void whereNothingWasRunNothingIsEnded(String command) throws Exception {
    try (Stage stage = Stage.open()) {
      Result result = stage.segue(command);
      assertThat(result.exit()).as(result.all()).isEqualTo(2);
      assertThat(result.err()).contains("There is no run", "this command changed nothing");
      assertThat(stage.database().hasJournal()).isFalse();
    }
  }

  @Test
  void aRunIsToldInTextAndInJson() throws Exception {
    try (Stage stage = Stage.open().up()) {
      Result run = stage.segue("run", "--json");
      assertThat(run.exit()).as(run.all()).isZero();
      List<JsonNode> events = run.out().lines().map(CommandsTest::json).toList();
      assertThat(events.getFirst().path("event").asString()).isEqualTo("run-started");
      assertThat(events.getLast().path("outcome").asString()).isEqualTo("LIVE");

      Result status = stage.segue("status");
      assertThat(status.exit()).as(status.all()).isZero();
      assertThat(status.out())
          .contains("rename-member-column-1", "by hand until", "sends users to new", "none at work")
          .doesNotContain(ESCAPE);
      JsonNode standing = json(stage.segue("status", "--json"));
      assertThat(standing.path("outcome").asString()).isEqualTo("unfinished");
      assertThat(standing.path("traffic").path("state").path("active").asString()).isEqualTo("new");
      assertThat(standing.path("windows").path("byHandUntil").asString()).matches("\\d{4}-.*Z");

      Result same = stage.segue("schema diff");
      assertThat(same.all())
          .isEqualToIgnoringNewLines(
              "The same as the schema rename-member-column-1 began with, after expand-"
                  + Stage.TABLE);
      assertThat(same.exit()).isZero();

      Result journal = stage.segue("journal");
      assertThat(journal.exit()).as(journal.all()).isZero();
      assertThat(journal.out()).contains("run-started", "the chain is whole");
      List<JsonNode> records =
          stage.segue("journal", "--json").out().lines().map(CommandsTest::json).toList();
      assertThat(records).hasSameSizeAs(stage.journal().records());
      assertThat(records.getFirst().path("body").path("source").asString())
          .contains("${DATABASE_URL}");

      Result report = stage.segue("report");
      assertThat(report.exit()).as(report.all()).isZero();
      assertThat(report.out()).startsWith("# ").contains("longest lock");
      assertThat(json(stage.segue("report", "--json")).isObject()).isTrue();
      assertThat(stage.state().resolve("runs/rename-member-column-1"))
          .isDirectoryContaining("glob:**/report.html")
          .isDirectoryContaining("glob:**/report.md")
          .isDirectoryContaining("glob:**/report.json");

      Result back = stage.segue("rollback", "--reason", "seen enough", "--json");
      assertThat(back.exit()).as(back.all()).isZero();
      assertThat(json(back.out().lines().toList().getLast()).path("outcome").asString())
          .isEqualTo("TAKEN_BACK");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "check",
        "plan",
        "run",
        "status",
        "rollback",
        "finish",
        "abort",
        "report",
        "journal",
        "up",
        "proxy",
        "schema"
      })
  void everyCommandShowsAnExample(String command) {
    String help = inHouse(false, Map.of(), command, "--help");
    assertThat(help).contains("Usage: segue " + command, "Examples:", "  segue " + command);
  }

  @Test
  void coloursAreForTerminalsAndNeverAgainstTheWish() {
    assertThat(inHouse(true, Map.of(), "--help")).contains(ESCAPE);
    assertThat(inHouse(true, Map.of("NO_COLOR", "1"), "--help")).doesNotContain(ESCAPE);
    assertThat(inHouse(false, Map.of(), "--help")).doesNotContain(ESCAPE);
    assertThat(inHouse(true, Map.of("NO_COLOR", "1"), "check", "missing.yaml"))
        .contains("missing.yaml")
        .doesNotContain(ESCAPE);
  }

  @Test
  void theSchemaForEditorsIsJson() {
    assertThat(json(new Segue(Map.of()).run("schema")).path("$schema").asString()).isNotEmpty();
  }

  /// The same as the program, in this process.
  private static String inHouse(boolean terminal, Map<String, String> environment, String... args) {
    StringWriter all = new StringWriter();
    PrintWriter printer = new PrintWriter(all, true);
    Main.run(args, printer, printer, environment, terminal);
    return all.toString();
  }

  private static JsonNode json(Result result) {
    assertThat(result.exit()).as(result.all()).isZero();
    return json(result.out());
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }
}
