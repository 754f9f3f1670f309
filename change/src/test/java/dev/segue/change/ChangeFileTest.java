package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Deploy.HealthCheck;
import dev.segue.change.Deploy.Router;
import dev.segue.change.Deploy.Strategy;
import dev.segue.change.PostgresBackup.Method;
import dev.segue.change.PostgresBackup.Verification;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a valid change file is read to.
class ChangeFileTest {

  @TempDir Path directory;
  Path file = Path.of("");

  @BeforeEach
  void place() {
    file = directory.resolve("change.yaml");
  }

  private Change read(String yaml, Map<String, String> environment) {
    return ChangeFile.parse(yaml, file, environment);
  }

  private static SchemaOperation rename(
      String table, String from, String to, Place entry, Place at, Place fromAt, Place toAt) {
    return new SchemaOperation.RenameColumn(
        new Where(entry, Map.of("table", at, "from", fromAt, "to", toAt)),
        table,
        from,
        to,
        SchemaOperation.Coexistence.AUTO);
  }

  @Test
  void readsEveryKey() throws IOException {
    Files.createDirectories(directory.resolve("statements"));
    Files.writeString(directory.resolve("statements/old.sql"), "select 1");
    Files.writeString(directory.resolve("statements/new.sql"), "select 2");
    Files.writeString(file, Examples.EVERYTHING);

    Change change =
        ChangeFile.read(
            file, Map.of("DATABASE_URL", "postgres://app:hunter2@db:5433/members", "TOKEN", "t0k"));

    assertThat(change)
        .isEqualTo(
            new Change(
                "rename-member-column",
                "Person links say bm_parliament_member",
                new PostgresTarget(
                    new DatabaseUrl("db", 5433, "members", "app", new Secret("hunter2"), Map.of()),
                    new DatabaseUrl("scratch", 5432, "dba", "dba", null, Map.of()),
                    Duration.ofMillis(250),
                    10,
                    PostgresBackfill.DEFAULT,
                    Duration.ofSeconds(20)),
                List.of(
                    new Gate.Health(
                        URI.create("http://127.0.0.1:8001/health/detailed/"),
                        expression("status == 'healthy' && errors <= 5", 10, 71),
                        Duration.ofSeconds(3)),
                    new Gate.Window(
                        LocalTime.of(2, 0),
                        LocalTime.of(4, 0),
                        ZoneId.of("Asia/Manila"),
                        Set.of(DayOfWeek.MONDAY, DayOfWeek.TUESDAY)),
                    new Gate.LastChange(Duration.ofDays(2))),
                new Rehearsal(
                    true,
                    directory.resolve("statements/old.sql"),
                    directory.resolve("statements/new.sql")),
                new PostgresBackup(
                    directory.resolve("backups"),
                    Method.PG_DUMP,
                    Verification.LIST,
                    3,
                    Path.of("/usr/lib/postgresql/18/bin")),
                List.of(
                    rename(
                        "sales.links",
                        "old_id",
                        "new_id",
                        place(16, 20),
                        place(16, 29),
                        place(16, 48),
                        place(16, 60))),
                new Deploy(
                    Strategy.BLUE_GREEN,
                    new Router.Proxy("0.0.0.0", 8080),
                    new AppVersion(
                        "./members --port 8001",
                        "localhost",
                        8001,
                        directory.resolve("app"),
                        Map.of("TOKEN", new Secret("t0k"), "WORKERS", new Secret("4")),
                        Duration.ofSeconds(20),
                        true),
                    new AppVersion(
                        "./members --port 8002",
                        "127.0.0.1",
                        8002,
                        directory,
                        Map.of(),
                        Duration.ofSeconds(10),
                        false),
                    new HealthCheck(
                        "/health/",
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        3,
                        expression("status == 'healthy'", 31, 71)),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20)),
                List.of(
                    new Check.Http(
                        "/people/1", expression("status == 200", 35, 38), Duration.ofSeconds(2)),
                    new Check.Sql(
                        "select count(*) as n from links",
                        expression("n > 0", 36, 63),
                        Duration.ofSeconds(9)),
                    new Check.Command("./check.sh", Duration.ofSeconds(30))),
                new Watch(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(4),
                    "/health/detailed/",
                    List.of(
                        new Watch.Rule(expression("health.errors > 10", 43, 8), Duration.ZERO),
                        new Watch.Rule(
                            expression("health.status != 'fit for 5m'", 44, 7), Duration.ZERO),
                        new Watch.Rule(
                            expression("http.p95 > 2s", 46, 7), Duration.ofSeconds(60)))),
                new RollbackWindows(Duration.ofMinutes(6), Duration.ofMinutes(40)),
                new Contract(Duration.ofDays(2))));
    assertThat(change.expressions())
        .extracting(Expression::text)
        .containsExactly(
            "status == 'healthy' && errors <= 5",
            "status == 'healthy'",
            "status == 200",
            "n > 0",
            "health.errors > 10",
            "health.status != 'fit for 5m'",
            "http.p95 > 2s");
    assertThat(change.toString()).doesNotContain("hunter2", "t0k");
  }

  @Test
  void readsHowRowsAreCopied() {
    assertThat(backfill("{}")).isEqualTo(PostgresBackfill.DEFAULT);
    assertThat(backfill("{ pace: default }")).isEqualTo(PostgresBackfill.DEFAULT);
    assertThat(backfill("{ pace: full, batch-time: 20ms, max-lag: 1m, max-waiting: 0 }"))
        .isEqualTo(
            new PostgresBackfill(
                1, BatchTime.always(Duration.ofMillis(20)), Duration.ofMinutes(1), 0));
    assertThat(backfill("{ pace: 30% }").share()).isEqualTo(0.3);
    assertThatThrownBy(() -> backfill("{ pace: 0% }"))
        .hasMessageContaining("is neither default, full nor a share such as 30%");
  }

  private PostgresBackfill backfill(String section) {
    String yaml = "postgres: { url: postgres://localhost/app, backfill: " + section + " }";
    return Objects.requireNonNull(
            read(
                    "change: c\n"
                        + yaml
                        + "\nschema: [{ rename-column: { table: t, from: a, to: b } }]\n",
                    Map.of())
                .postgres())
        .backfill();
  }

  @Test
  void fillsInDefaults() {
    assertThat(read(Examples.SHORT, Map.of()))
        .isEqualTo(
            new Change(
                "short",
                "",
                new PostgresTarget(
                    new DatabaseUrl("localhost", 5432, "app", null, null, Map.of()),
                    null,
                    Duration.ofMillis(300),
                    30),
                List.of(
                    new Gate.Window(
                        LocalTime.of(22, 0),
                        LocalTime.of(2, 0),
                        ZoneId.of("UTC"),
                        Set.of(DayOfWeek.values()))),
                new Rehearsal(true, null, null),
                new PostgresBackup(
                    directory.resolve("backups"), Method.AUTO, Verification.RESTORE, 7, null),
                List.of(
                    rename("t", "a", "b", place(6, 20), place(6, 29), place(6, 38), place(6, 45))),
                new Deploy(
                    Strategy.BLUE_GREEN,
                    new Router.Proxy("127.0.0.1", 8080),
                    version("./old", 8001),
                    version("./new", 8002),
                    new HealthCheck("/up", Duration.ofSeconds(1), Duration.ofSeconds(60), 2, null),
                    Duration.ofSeconds(120),
                    Duration.ofSeconds(30)),
                List.of(),
                new Watch(
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5),
                    "/up",
                    List.of(new Watch.Rule(expression("http.p95 > 2s", 13, 20), Duration.ZERO))),
                new RollbackWindows(Duration.ofMinutes(5), Duration.ofMinutes(30)),
                new Contract(Duration.ofHours(24))));
  }

  @Test
  void rehearsalCanBeOff() {
    Change change = read(Examples.SHORT + "rehearsal: off\n", Map.of());

    assertThat(change.rehearsal()).isEqualTo(new Rehearsal(false, null, null));
  }

  @Test
  void variablesMayStandInEveryScalar() {
    Change change =
        read(
            """
            change: ${NAME:-nightly}
            summary: costs $${5} and ${EMPTY:-nothing}
            deploy:
              router: { proxy: { listen: "${PORT}" } }
              old: { command: "./serve ${PORT}", port: 8001, kill: "${KILL}" }
              new: { command: ./serve, port: 8002, stop: "${STOP}s" }
              health: { path: "/${WHERE}/", expect: "${WHERE} == 1" }
            """,
            Map.of("PORT", "80", "KILL", "true", "STOP", "7", "WHERE", "up", "EMPTY", ""));

    assertThat(change.name()).isEqualTo("nightly");
    assertThat(change.summary()).isEqualTo("costs ${5} and nothing");
    Deploy deploy = Objects.requireNonNull(change.deploy());
    assertThat(deploy.router()).isEqualTo(new Router.Proxy("127.0.0.1", 80));
    assertThat(deploy.oldVersion().command()).isEqualTo("./serve 80");
    assertThat(deploy.oldVersion().kill()).isTrue();
    assertThat(deploy.newVersion().stop()).isEqualTo(Duration.ofSeconds(7));
    assertThat(deploy.health().path()).isEqualTo("/up/");
    assertThat(deploy.health().expect()).isEqualTo(expression("up == 1", 7, 42));
  }

  @Test
  void anchorsAndAliasesStandForTheirValue() {
    Change change =
        read(
            """
            change: aliased
            deploy:
              router: { proxy: { listen: 8080 } }
              old: { command: ./old, port: 8001, env: &env { A: 1 } }
              new: { command: ./new, port: 8002, env: *env }
              health: { path: &path /up }
            watch: { health: *path, roll-back-when: ["http.p95 > 2s"] }
            """,
            Map.of());

    assertThat(Objects.requireNonNull(change.deploy()).newVersion().env())
        .isEqualTo(Map.of("A", new Secret("1")));
    assertThat(Objects.requireNonNull(change.watch()).health()).isEqualTo("/up");
  }

  @Test
  void expressionsOfBlocksBeginInTheirFirstLine() {
    Change change =
        read(
            """
            change: blocks
            verify:
              - http:
                  get: http://127.0.0.1/
                  expect: >

                    status == 200
                    && time < 1s
            schema:
              - rename-column: { table: t, from: a, to: b }
            postgres: { url: postgres://localhost/app }
            """,
            Map.of());

    assertThat(change.expressions())
        .containsExactly(expression("status == 200 && time < 1s", 7, 9));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFile() {
    assertThat(read("\uFEFF" + Examples.SHORT, Map.of()).name()).isEqualTo("short");
  }

  private AppVersion version(String command, int port) {
    return new AppVersion(
        command, "127.0.0.1", port, directory, Map.of(), Duration.ofSeconds(10), false);
  }

  private Expression expression(String text, int line, int column) {
    return new Expression(text, place(line, column));
  }

  private Place place(int line, int column) {
    return new Place(file.toString(), line, column);
  }
}
