package dev.segue.delivery.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.segue.change.AppVersion;
import dev.segue.change.Secret;
import dev.segue.change.SegueException;
import dev.segue.conductor.FencedException;
import dev.segue.delivery.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AppProcessTest {

  private static final String STUBBORN = "sh -c 'trap \"\" TERM; while :; do sleep 0.1; done'";

  @TempDir Path dir;
  private final int port = TestApp.freePort();

  @AfterEach
  void leaveNothing() {
    app(STUBBORN, Map.of(), true).stop(Waiting.plain());
  }

  private AppProcess app(String command) {
    return app(command, Map.of(), false);
  }

  private AppProcess app(String command, Map<String, Secret> env, boolean kill) {
    return app(command, env, kill, Orders.free());
  }

  private AppProcess app(String command, Map<String, Secret> env, boolean kill, Orders orders) {
    return AppProcess.of(
        new AppVersion(
            command, "127.0.0.1", port, dir, env, Duration.ofMillis(kill ? 300 : 2000), kill),
        dir.resolve("state"),
        orders);
  }

  private Orders conductor(long epoch) {
    return Orders.of(dir.resolve("state"), "rename", epoch);
  }

  @Test
  void isNeitherStartedNorStoppedByAnEarlierConductor() throws Exception {
    AppProcess late = app("sleep 60", Map.of(), false, conductor(1));
    conductor(2).claim();
    assertThatThrownBy(() -> late.start(Map.of())).isInstanceOf(FencedException.class);
    assertThat(late.running()).isEmpty();

    AppProcess now = app("sleep 60", Map.of(), false, conductor(2));
    Identity identity = now.start(Map.of());
    assertThatThrownBy(() -> late.stop(Waiting.plain())).isInstanceOf(FencedException.class);
    assertThat(now.running()).hasValue(identity);
    now.stop(Waiting.plain());
    assertThat(now.running()).isEmpty();
  }

  @Test
  void aNumberThatCannotBeWrittenDownIsToldAsSuchAndNothingIsStopped() throws Exception {
    AppProcess app = app("sleep 60", Map.of(), false, conductor(1));
    Identity identity = app.start(Map.of());
    Path number = dir.resolve("state/run/rename.epoch");
    Files.delete(number);
    Files.createDirectory(number);
    assertThatThrownBy(() -> app.stop(Waiting.plain()))
        .hasMessageContaining("cannot be used")
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("state-directory"));
    assertThat(app.running()).hasValue(identity);
    app("sleep 60").stop(Waiting.plain());
  }

  @Test
  void startsStopsAndIsFoundByAnother() throws Exception {
    Path marks = dir.resolve("marks");
    String command = TestApp.command(port, "it's");
    AppProcess first =
        app(
            command.replace("it's", "old"),
            Map.of("APP_MARKS", new Secret(marks.toString())),
            false);

    Identity identity = first.start(Map.of("SEGUE_RUN", "rename-3", "SEGUE_VERSION", "old"));
    await().until(() -> new Port("127.0.0.1", port).answers());

    AppProcess another = app("whatever");
    assertThat(another.running()).hasValue(identity);
    assertThat(new Port("127.0.0.1", port).holder()).startsWith("pid " + identity.pid() + " (java");
    assertThat(Files.readString(marks)).contains("SEGUE_RUN=rename-3 SEGUE_VERSION=old");
    assertThat(Files.readString(first.log())).contains("starting old");
    another.stop(Waiting.plain());
    assertThat(first.running()).isEmpty();
    assertThat(new Port("127.0.0.1", port).isFree()).isTrue();
    another.stop(Waiting.plain());
  }

  @Test
  void itsPidIsTheProgramInASessionOfItsOwn() throws Exception {
    Identity identity = app("sleep 60").start(Map.of());

    ProcessHandle process = ProcessHandle.of(identity.pid()).orElseThrow();
    await().until(() -> process.info().command().orElse("").endsWith("sleep"));
    String stat = Files.readString(Path.of("/proc/" + identity.pid() + "/stat"));
    assertThat(stat.substring(stat.lastIndexOf(')')).split(" ", -1)[4])
        .as("session")
        .isEqualTo(Long.toString(identity.pid()));
    assertThat(dir.resolve("state/run").toFile().list()).containsExactly("app-" + port + ".pid");
  }

  @Test
  void aSecondStartIsRefused() {
    Identity first = app("sleep 60").start(Map.of());

    assertThatThrownBy(() -> app("sleep 61").start(Map.of()))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("already-running"));
    assertThat(app("sleep 60").running()).hasValue(first);
  }

  @Test
  void killedFromOutsideItIsGoneAndCanBeStartedAgain() {
    AppProcess app = app("sleep 60");
    Identity first = app.start(Map.of());
    ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();

    await().until(() -> app.running().isEmpty());

    assertThat(app.start(Map.of())).isNotEqualTo(first);
    assertThat(app.running()).isPresent();
  }

  @Test
  void anotherProcessWithItsNumberIsNotMistakenForIt() throws Exception {
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      Path run = Files.createDirectories(dir.resolve("state/run"));
      Files.writeString(
          run.resolve("app-" + port + ".pid"),
          stranger.pid()
              + " 12345 "
              + Files.readString(Path.of("/proc/sys/kernel/random/boot_id")));
      AppProcess app = app("sleep 60");

      assertThat(app.running()).isEmpty();
      app.stop(Waiting.plain());
      assertThat(stranger.isAlive()).isTrue();
      assertThat(app.start(Map.of()).pid()).isNotEqualTo(stranger.pid());
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aTornPidFileIsNoProcess() throws IOException {
    Path run = Files.createDirectories(dir.resolve("state/run"));
    Files.writeString(run.resolve("app-" + port + ".pid"), "");

    AppProcess app = app("sleep 60");

    assertThat(app.running()).isEmpty();
    assertThat(app.start(Map.of()).pid()).isPositive();
  }

  @Test
  void aFullDiskIsCalledByItsName() throws Exception {
    Path state = Files.createDirectories(dir.resolve("state"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=100", "tmpfs", state));
    try {
      Path filler = state.resolve("filler");
      run("dd", "if=/dev/zero", "of=" + filler, "bs=4k", "count=100", "status=none");

      assertThatThrownBy(() -> app("sleep 60").start(Map.of()))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("state-directory"))
          .hasMessageContaining("app-" + port + ".pid cannot be written: No space left on device");
      assertThat(app("sleep 60").running()).isEmpty();

      Files.delete(filler);
      assertThat(app("sleep 60").start(Map.of()).pid()).isPositive();
      app("sleep 60").stop(Waiting.plain());
    } finally {
      run("umount", "-l", state);
    }
  }

  private static boolean run(Object... words) throws Exception {
    return new ProcessBuilder(Stream.of(words).map(Object::toString).toList())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  @Test
  void whatItWritesIsForItsOwnerAloneAndTheProgramKeepsItsOwnWay() throws Exception {
    Path made = dir.resolve("made");
    AppProcess app = app("sh -c 'umask > " + made + "; echo a name; exec sleep 60'");
    app.start(Map.of());
    await().until(() -> Files.exists(made) && Files.size(app.log()) > 0);

    try (Stream<Path> files = Files.walk(dir.resolve("state"))) {
      assertThat(files)
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .as(file.toString())
                  .endsWith("------"));
    }
    Path mine = dir.resolve("mine");
    run("sh", "-c", "umask > " + mine);
    assertThat(made).hasSameTextualContentAs(mine);
  }

  @Test
  void anEarlyEndIsExplained() {
    AppProcess app =
        app(TestApp.command(port, "new"), Map.of("APP_FAILS", new Secret("yes")), false);

    app.start(Map.of());
    await().until(() -> app.running().isEmpty());

    assertThat(app.ended())
        .hasMessageContaining("ended by itself with exit code 3")
        .hasMessageContaining("cannot find my settings");
  }

  @Test
  void whatDoesNotEndIsNamedAndKilledOnlyWhenAllowed() {
    AppProcess app = app(STUBBORN);
    Identity identity = app.start(Map.of());
    await().until(() -> app.lastLines() != null && ready(identity));

    assertThatThrownBy(() -> app.stop(Waiting.plain()))
        .isInstanceOfSatisfying(
            SegueException.class,
            e -> {
              assertThat(e.code()).isEqualTo("still-running");
              assertThat(e).hasMessageContaining("pid " + identity.pid());
            });
    assertThat(app.running()).isPresent();

    app(STUBBORN, Map.of(), true).stop(Waiting.plain());
    assertThat(app.running()).isEmpty();
  }

  /// It has set its trap when its first sleep runs.
  private static boolean ready(Identity identity) {
    return ProcessHandle.of(identity.pid()).stream().anyMatch(p -> p.children().count() > 0);
  }

  @Test
  void aProgramThatIsNotThereIsToldBeforehand() {
    assertThat(missing("no-such-program --port 1"))
        .hasValue("there is no program 'no-such-program' in the PATH");
    assertThat(missing("./members --port 1")).get().asString().contains("there is no program");
    assertThat(missing("sleep 1")).isEmpty();
    assertThat(missing("\"$HOME/x\" 1")).isEmpty();
  }

  private Optional<String> missing(String command) {
    return Program.missing(
        new AppVersion(command, "127.0.0.1", port, dir, Map.of(), Duration.ofSeconds(1), false),
        System.getenv());
  }
}
