package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.segue.acceptance.Segue.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The README's first command, and the figures it promises.
@Tag("acceptance")
class DemoTest {

  private static final Path PROC = Path.of("/proc");

  private static final Pattern GUARD = Pattern.compile("segue-redis-guard (\\d+)");

  /// 128 and the number of SIGINT.
  private static final int INTERRUPTED = 130;

  /// SIGINT in a mask of signals.
  private static final long INTERRUPT = 1 << 1;

  @Test
  void crossesAndGoesBackAndLosesNothing() {
    Segue.Result result = new Segue(Map.of()).run("demo", "--json");
    assertThat(result.exit()).as(result.all()).isZero();
    JsonNode figures = JsonMapper.shared().readTree(result.out());
    assertThat(figures.path("outcome").asString()).isEqualTo("ok");
    JsonNode crossing = figures.path("crossing");
    assertThat(crossing.path("requests").asLong()).isGreaterThanOrEqualTo(10_000);
    assertThat(crossing.path("failed").asLong()).isZero();
    assertThat(crossing.path("lost_writes").asLong()).isZero();
    assertThat(crossing.path("longest_lock_ms").asDouble()).isPositive().isLessThan(500);
    JsonNode back = figures.path("take_back");
    assertThat(back.path("requests").asLong()).isGreaterThanOrEqualTo(10_000);
    assertThat(back.path("failed").asLong()).isZero();
    assertThat(back.path("answered_badly_by_new").asLong()).isPositive();
    assertThat(back.path("lost_writes").asLong()).isZero();
    assertThat(back.path("breach_to_restored_ms").asLong()).isBetween(0L, 2_000L);
  }

  @Test
  void interruptedItLeavesNothingRunning() {
    interrupted(Map.of("MembersApp", 2L, "postgres", 1L, "proxy", 1L), "demo", "--rows", "1000");
  }

  @Test
  void interruptedTheOneOfDatesLeavesNothingRunning() {
    interrupted(Map.of("segue-redis-guard", 1L), "demo", "redis-datetime", "--rows", "1000");
  }

  /// What a demo starts lives in sessions of its own, where the terminal's Ctrl-C does not come.
  ///
  /// @param atWork so many processes at least say this word; then comes the Ctrl-C
  private static void interrupted(Map<String, Long> atWork, String... command) {
    assumeTrue(Files.isDirectory(PROC), "needs /proc");
    assumeTrue(heedsInterrupts(), "started in the background, where Ctrl-C is ignored by all");
    String id = UUID.randomUUID().toString();
    String mark = "SEGUE_TEST=" + id;
    Running demo = new Segue(Map.of("SEGUE_TEST", id)).start(command);
    await("it is at work")
        .atMost(Duration.ofMinutes(1))
        .until(() -> {
          List<String> running = running(mark);
          return atWork.entrySet().stream()
              .allMatch(word ->
                  running.stream().filter(c -> c.contains(word.getKey())).count()
                      >= word.getValue());
        });
    List<Long> guarded = guarded(running(mark));
    demo.signal("INT");
    assertThat(demo.await().exit()).isEqualTo(INTERRUPTED);
    await("nothing runs")
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> {
          assertThat(running(mark)).isEmpty();
          assertThat(guarded).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
        });
  }

  /// A shell without a terminal lets what it starts in the background ignore Ctrl-C, and whatever
  /// that starts inherits it.
  private static boolean heedsInterrupts() {
    return lines(PROC.resolve("self/status"))
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
        .allMatch(ignored -> (ignored & INTERRUPT) == 0);
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Servers of Redis: their titles overwrite their environment, so those are asked that end them.
  private static List<Long> guarded(List<String> running) {
    return running.stream()
        .map(GUARD::matcher)
        .filter(Matcher::find)
        .map(guard -> Long.valueOf(guard.group(1)))
        .toList();
  }

  /// Commands of processes with this in their environment.
  private static List<String> running(String mark) {
    return ProcessHandle.allProcesses()
        .filter(p -> environment(p.pid()).contains(mark))
        .map(p -> p.info().commandLine().orElse("?"))
        .toList();
  }

  private static String environment(long pid) {
    try {
      return Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended meanwhile, or is somebody else's
    }
  }
}
