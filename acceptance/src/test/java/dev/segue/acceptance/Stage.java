package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import dev.segue.acceptance.checker.Checker;
import dev.segue.examples.members.MembersSchema;
import dev.segue.examples.members.MembersTraffic;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where the example's change is carried out: a database with the members' tables, the change file
/// with shorter times, and a state directory and ports of its own. What was left of it lies in
/// `acceptance/target/stages`. Closing it ends every process that was started for it.
final class Stage implements AutoCloseable {

  static final MembersSchema SCHEMA = new MembersSchema(5_000, 40);
  static final String TABLE = "unified_db_personlink";
  static final String OLD_NAME = "fahanie_cares_member_id";
  static final String NEW_NAME = "bm_parliament_member_id";

  /// How long the router waits for a conductor it does not hear.
  static final Duration DEAD_MAN = Duration.ofSeconds(4);

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  static final Path EXAMPLE = Segue.ROOT.resolve("examples/rename-column");
  private static final Path STAGES = Segue.ROOT.resolve("acceptance/target/stages");

  private final Database database;
  private final @Nullable TestDatabase copy;
  private final Path directory;
  private final Path file;
  private final Map<String, String> environment;
  private final List<Integer> ports;
  private final List<Running> started = new ArrayList<>();
  private final Instant opened = Instant.now();

  /// On the server of the thread that runs the test.
  private static final ThreadLocal<TestDatabase> TEMPLATE =
      ThreadLocal.withInitial(Stage::template);

  private static TestDatabase template() {
    try {
      TestDatabase database = TestDatabases.fresh();
      try (Connection connection = database.connect()) {
        SCHEMA.create(connection);
      }
      return database;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Stage(Database database, @Nullable TestDatabase copy) throws IOException {
    this.database = database;
    this.copy = copy;
    this.directory = Files.createTempDirectory(Files.createDirectories(STAGES), "stage-");
    this.file = directory.resolve("change.yaml");
    this.ports = freePorts(3);
    this.environment =
        Map.of(
            "DATABASE_URL", database.url(),
            "SEGUE_PORT", "" + ports.get(0),
            "SEGUE_OLD_PORT", "" + ports.get(1),
            "SEGUE_NEW_PORT", "" + ports.get(2),
            "SEGUE_BACKUPS", directory.resolve("backups").toString());
    Files.writeString(file, shortened(Files.readString(EXAMPLE.resolve("change.yaml"))));
  }

  /// On the server that tests share.
  static Stage open() throws SQLException, IOException {
    TestDatabase copy = TestDatabases.copyOf(TEMPLATE.get());
    return new Stage(Database.of(copy), copy);
  }

  /// On a database that holds the members' tables.
  static Stage on(Database database) throws IOException {
    return new Stage(database, null);
  }

  /// The example with times for tests, and its files named where they lie.
  private static String shortened(String example) {
    String text =
        example
            .replace("\"./members ", "\"'" + EXAMPLE.resolve("members") + "' ")
            .replace("statements/", EXAMPLE.resolve("statements") + "/");
    text = replaced(text, "every: 1s\n  for: 30s", "every: 250ms\n  for: 3s");
    text = replaced(text, "healthy' for 5s", "healthy' for 1s");
    text = replaced(text, "2s for 5s", "2s for 1s");
    text = replaced(text, "automatic: 45s", "automatic: 30s");
    return replaced(text, "dead-man: 10s", "dead-man: " + DEAD_MAN.toSeconds() + "s");
  }

  static String replaced(String text, String what, String by) {
    assertThat(text).contains(what);
    return text.replace(what, by);
  }

  /// Rewrites a part of the change file.
  Stage with(String what, String by) throws IOException {
    Files.writeString(file, replaced(Files.readString(file), what, by));
    return this;
  }

  /// Another change file on this stage, which differs in one part.
  Path variant(String what, String by) throws IOException {
    Path variant = Files.createTempFile(directory, "variant-", ".yaml");
    return Files.writeString(variant, replaced(Files.readString(file), what, by));
  }

  Map<String, String> environment() {
    return environment;
  }

  Database database() {
    return database;
  }

  Path directory() {
    return directory;
  }

  Path file() {
    return file;
  }

  Path state() {
    return directory.resolve("state");
  }

  URI router() {
    return at(0);
  }

  URI oldVersion() {
    return at(1);
  }

  URI newVersion() {
    return at(2);
  }

  private URI at(int port) {
    return URI.create("http://127.0.0.1:" + ports.get(port) + "/");
  }

  /// Runs a command about this stage's change file.
  Result segue(String command, String... more) {
    return start(command, more).await();
  }

  Running start(String command, String... more) {
    return start(file, Map.of(), command, more);
  }

  /// Starts a command about another change file, or in another environment, on this stage.
  Running start(Path changeFile, Map<String, String> besides, String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
    arguments.addAll(List.of(changeFile.toString(), "--state", state().toString()));
    arguments.addAll(List.of(more));
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(besides);
    Running running = new Segue(all).start(arguments.toArray(String[]::new));
    started.add(running);
    return running;
  }

  /// Router and old version, before the day.
  Stage up() {
    Result up = segue("up");
    assertThat(up.exit()).as(up.all()).isZero();
    return this;
  }

  Users users(int perSecond) {
    return Users.of(router(), perSecond);
  }

  Checker checker() {
    return Checker.start(router(), Users.CHANGES + 1, oldVersion(), newVersion());
  }

  Journal journal() {
    return new Journal(database);
  }

  /// Which version users are sent to.
  String serving() throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(router().resolve("people/1")).build(), BodyHandlers.discarding())
        .headers()
        .firstValue(MembersTraffic.VERSION_HEADER)
        .orElse("nobody");
  }

  /// What a version says about some persons and a member.
  static List<String> answers(URI version) throws IOException, InterruptedException {
    List<String> answers = new ArrayList<>();
    for (String path : List.of("people/1", "people/2", "people/4999", "members/3/people")) {
      answers.add(
          HTTP.send(HttpRequest.newBuilder(version.resolve(path)).build(), BodyHandlers.ofString())
              .body());
    }
    return answers;
  }

  /// The process that users come to. Another one may stand by to take its place.
  List<ProcessHandle> routers() {
    Path pid = state().resolve("run/router.pid");
    return Files.exists(pid) ? process(pid).toList() : List.of();
  }

  List<ProcessHandle> oldVersions() {
    return saying("--port " + ports.get(1));
  }

  /// Processes of the new version that run.
  List<ProcessHandle> newVersions() {
    return saying("--port " + ports.get(2));
  }

  private static List<ProcessHandle> saying(String argument) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains(argument))
        .toList();
  }

  /// What lies where backups go.
  List<Path> backups() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("backups"))) {
      return all.toList();
    }
  }

  /// A definition with the column's new name; keys and indexes keep theirs.
  static String renamed(String definition) {
    return Pattern.compile("\\b" + OLD_NAME + "\\b")
        .matcher(definition)
        .replaceAll(NEW_NAME)
        .lines()
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /// Databases that Segue made to try things in.
  List<String> scratchDatabases() throws SQLException {
    return database.column(
        """
        select datname from pg_database
         where starts_with(datname, 'segue_')\
        """);
  }

  /// Ends what runs, and looks whether the database is as the journal says and whether a password
  /// lies anywhere.
  @Override
  public void close() throws IOException, SQLException {
    for (Running running : started) {
      running.process().destroyForcibly();
    }
    // Whoever stands by for one that dies may have started another one meanwhile.
    for (var left = standing(); !left.isEmpty(); left = standing()) {
      left.forEach(ProcessHandle::destroyForcibly);
      left.forEach(p -> p.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    }
    try {
      Replay.agrees(database);
    } finally {
      if (copy != null) {
        copy.close();
      }
    }
    noSecretLeft();
  }

  /// What Segue left running: each wrote its number into the state directory.
  private List<ProcessHandle> standing() throws IOException {
    Path run = state().resolve("run");
    if (!Files.isDirectory(run)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(run)) {
      return files
          .filter(f -> f.toString().endsWith(".pid"))
          .flatMap(Stage::process)
          .filter(p -> p.info().startInstant().filter(opened::isBefore).isPresent())
          .toList();
    }
  }

  private static Stream<ProcessHandle> process(Path pidFile) {
    return ProcessHandle.of(Long.parseLong(read(pidFile).split(" ", 2)[0])).stream();
  }

  private void noSecretLeft() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Running running : started) {
      files.add(running.out());
      files.add(running.err());
    }
    try (Stream<Path> left = Files.walk(directory)) {
      left.filter(Files::isRegularFile).forEach(files::add);
    }
    for (Path each : files) {
      assertThat(Files.readAllBytes(each).length == 0 ? "" : read(each))
          .as("no password in " + each)
          .doesNotContain(database.password());
    }
  }

  /// Also what is no text: every byte becomes one character.
  private static String read(Path path) {
    try {
      return Files.readString(path, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Each is held until the last is found, so that they differ.
  private static List<Integer> freePorts(int n) throws IOException {
    if (n == 0) {
      return List.of();
    }
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Integer> free = new ArrayList<>(freePorts(n - 1));
      free.add(held.getLocalPort());
      return free;
    }
  }
}
