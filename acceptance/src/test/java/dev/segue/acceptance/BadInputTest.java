package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Segue.Result;
import dev.segue.testkit.EmbeddedServer;
import dev.segue.testkit.EmbeddedServer.Options;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What is wrong is said once, clearly, and nothing was changed. All of it on one stage, where the
/// old version serves all the time.
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {

  private static final int TAKEN_BACK = 1;
  private static final int BAD_INPUT = 2;
  private static final int REFUSED = 3;
  private static final int NEEDS_PERSON = 4;

  private Stage stage;
  private String definition;
  private List<String> answers;
  private List<Long> serving;

  @BeforeAll
  void open() throws Exception {
    stage = Stage.open().up();
  }

  @AfterAll
  void close() throws Exception {
    stage.close();
  }

  @BeforeEach
  void remember() throws Exception {
    definition = stage.database().definition();
    answers = Stage.answers(stage.oldVersion());
    serving = stage.oldVersions().stream().map(ProcessHandle::pid).toList();
    assertThat(serving).hasSize(1);
  }

  @AfterEach
  void nothingChanged() throws Exception {
    assertThat(stage.database().definition()).isEqualTo(definition);
    assertThat(Stage.answers(stage.oldVersion())).isEqualTo(answers);
    assertThat(stage.oldVersions()).extracting(ProcessHandle::pid).isEqualTo(serving);
    assertThat(stage.newVersions()).isEmpty();
    assertThat(stage.serving()).isEqualTo("old");
    assertThat(stage.scratchDatabases()).isEmpty();
  }

  @Test
  void missingFile() {
    Path nowhere = stage.directory().resolve("chnage.yaml");
    said(BAD_INPUT, run(nowhere, Map.of()), nowhere.toString(), "Nothing was changed");
  }

  @Test
  void noYaml() throws Exception {
    Path file = stage.variant("deploy:\n", "deploy: [\n");
    said(BAD_INPUT, run(file, Map.of()), file + ":", "Nothing was changed");
  }

  @Test
  void unknownKey() throws Exception {
    Path file = stage.variant("drain: 10s", "drian: 10s");
    said(BAD_INPUT, run(file, Map.of()), file + ":5", "'drian'", "drain", "1 problem");
  }

  @Test
  void severalMistakesAtOnce() throws Exception {
    Path file = stage.variant("drain: 10s\n", "drain: 10\n  rain: 10s\n");
    said(BAD_INPUT, run(file, Map.of()), "2 problems");
  }

  @Test
  void noCondition() throws Exception {
    Path file = stage.variant("health.errors > 10", "health.errors >");
    said(BAD_INPUT, run(file, Map.of()), file + ":", "health.errors >");
  }

  @Test
  void missingVariable() throws Exception {
    Path file = stage.variant("${DATABASE_URL}", "${THE_DATABASE_URL}");
    said(BAD_INPUT, run(file, Map.of()), file + ":", "THE_DATABASE_URL");
  }

  @Test
  void passwordInTheFile() throws Exception {
    Path file = stage.variant("${DATABASE_URL}", "postgres://app:hunter2@127.0.0.1/members");
    Result result = run(file, Map.of());
    said(BAD_INPUT, result, file + ":", "password");
    assertThat(result.all()).doesNotContain("hunter2");
  }

  @Test
  void unknownTable() throws Exception {
    wrongName(
        stage.variant("table: " + Stage.TABLE, "table: unified_db_personlnk"),
        ":30:14: ",
        "there is no table unified_db_personlnk; did you mean " + Stage.TABLE + "?");
  }

  @Test
  void unknownColumn() throws Exception {
    wrongName(
        stage.variant("from: " + Stage.OLD_NAME, "from: fahanie_care_member_id"),
        ":31:13: ",
        "has no column fahanie_care_member_id; did you mean " + Stage.OLD_NAME + "?");
  }

  @Test
  void newNameTaken() throws Exception {
    wrongName(
        stage.variant("to: " + Stage.NEW_NAME, "to: person_name"),
        ":32:11: ",
        Stage.TABLE + " already has a column person_name");
  }

  /// There is no plan for it, so nothing to run; the check says so among its other answers.
  private void wrongName(Path file, String place, String message) {
    said(BAD_INPUT, run(file, Map.of()), file + place, message);
    said(BAD_INPUT, stage.start(file, Map.of(), "plan").await(), file + place, message);
    Result check = stage.start(file, Map.of(), "check").await();
    assertThat(check.exit()).as(check.all()).isEqualTo(REFUSED);
    assertThat(check.out())
        .contains("✗ schema: " + file + place, message, "! rehearsal: not held")
        .doesNotContain("✗ rehearsal", "__segue");
  }

  @Test
  void backupsCannotBeWritten() throws Exception {
    Path inTheWay = Files.createTempFile(stage.directory(), "no-directory-", "");
    refused(
        "backup directory",
        run(stage.file(), Map.of("SEGUE_BACKUPS", inTheWay.toString())),
        "Nothing can be written to " + inTheWay);
    assertThat(inTheWay).isEmptyFile();
  }

  @Test
  void portOfTheRouterTaken() throws Exception {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "" + holder.getLocalPort();
      Map<String, String> environment = new HashMap<>(stage.environment());
      environment.put("SEGUE_PORT", port);
      Path elsewhere = stage.directory().resolve("state-of-another-router");
      refused(
          "router",
          new Segue(environment)
              .run("run", stage.file().toString(), "--state", elsewhere.toString()),
          "127.0.0.1:" + port + " is held by pid " + ProcessHandle.current().pid());
    }
  }

  @Test
  void newVersionThatEndsAtOnce() throws Exception {
    Path file = stage.variant("--version new", "--version newest");
    takenBack(run(file, Map.of()), "ended by itself", "--version is old or new, not 'newest'");
  }

  @Test
  void newVersionThatNeverGetsHealthy() throws Exception {
    Path file =
        stage.variant(
            "{ DATABASE_URL: \"${DATABASE_URL}\" }",
            "{ DATABASE_URL: postgres://a@127.0.0.1:1/b }");
    Files.writeString(file, Stage.replaced(Files.readString(file), "within: 30s", "within: 3s"));
    takenBack(run(file, Map.of()), "503");
  }

  @Test
  void stateDirectoryCannotBeMade(@TempDir Path directory) throws Exception {
    Path inTheWay = Files.createFile(directory.resolve("state"));
    try (Stage other = Stage.open()) {
      Result result =
          new Segue(other.environment())
              .run("run", other.file().toString(), "--state", inTheWay.toString());
      said(BAD_INPUT, result, inTheWay.toString(), "--state", "this command changed nothing");
      assertThat(other.journal().records()).isEmpty();
    }
  }

  @Test
  void wrongPasswordAndDatabaseDown(@TempDir Path directory) throws Exception {
    Path hba =
        Files.writeString(
            directory.resolve("hba.conf"),
            "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
    try (EmbeddedServer server =
        EmbeddedServer.open(Options.defaults().with("hba_file", hba.toString()))) {
      server.createDatabase("members");
      try (Connection c = server.connect("members")) {
        Stage.SCHEMA.create(c);
      }
      new Database(server.port(), "members", "postgres", "")
          .execute("create role app superuser login password '%s'".formatted(Database.SECRET));
      Database database = new Database(server.port(), "members", "app", Database.SECRET);
      try (Stage other = Stage.on(database).up()) {
        String before = database.definition();
        List<String> known = Stage.answers(other.oldVersion());

        String wrong = database.url().replace(Database.SECRET, "n0t-the-one");
        Result result = other.start(other.file(), Map.of("DATABASE_URL", wrong), "run").await();
        said(BAD_INPUT, result, "refuses the user or the password", "nothing");
        assertThat(result.all()).doesNotContain("n0t-the-one");

        server.stop();
        said(NEEDS_PERSON, other.segue("run"), "Cannot connect", "127.0.0.1:" + server.port());
        said(NEEDS_PERSON, other.segue("abort"), "not known", "the router sends users to old");
        server.start();
        assertThat(database.definition()).isEqualTo(before);
        assertThat(database.hasJournal()).isFalse();
        assertThat(other.newVersions()).isEmpty();
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> Stage.answers(other.oldVersion()).equals(known));
      }
    }
  }

  private Result run(Path file, Map<String, String> environment) {
    return stage.start(file, environment, "run").await();
  }

  /// One message, on the stream for messages.
  private static void said(int exit, Result result, String... words) {
    assertThat(result.exit()).as(result.all()).isEqualTo(exit);
    assertThat(result.err().lines().filter(line -> line.startsWith("segue: "))).hasSize(1);
    assertThat(result.err()).contains(words).doesNotContain("\tat ");
  }

  /// This gate is the first that says no.
  private static void refused(String gate, Result result, String... words) {
    assertThat(result.exit()).as(result.all()).isEqualTo(REFUSED);
    assertThat(result.out())
        .contains("NO, say the gates: " + gate, "nothing was touched")
        .contains(words);
    assertThat(result.err()).isEmpty();
  }

  private static void takenBack(Result result, String... words) {
    assertThat(result.exit()).as(result.all()).isEqualTo(TAKEN_BACK);
    assertThat(result.out()).contains("was taken back: the system is as before").contains(words);
    assertThat(result.err()).isEmpty();
  }
}
