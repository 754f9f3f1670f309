package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No room is left where Segue writes: it says so, and goes on when there is room again.
@Tag("acceptance")
class DiskFullTest {

  private static final int NEEDS_PERSON = 4;

  @ParameterizedTest
  @ValueSource(strings = {"start-new", "watch"})
  void forTheJournal(String during, @TempDir Path place) throws Exception {
    try (SmallDisk disk = SmallDisk.on(place, 256);
        Stage stage = Stage.open().up();
        Users users = stage.users(60)) {
      Sides sides = Sides.of(stage);
      String[] there = {"--journal", "file:" + disk.at().resolve("journal")};
      Running run = stage.start("run", there);
      awaitRecord(disk.at(), during);
      disk.fill();
      Result full = run.await();
      assertThat(full.exit()).as(full.all()).isEqualTo(NEEDS_PERSON);
      assertThat(full.err())
          .containsIgnoringCase("no room")
          .contains("run the same command")
          .doesNotContain("\tat ");
      Result still = stage.segue("run", there);
      assertThat(still.exit()).as(still.all()).isEqualTo(NEEDS_PERSON);
      assertThat(still.err()).containsIgnoringCase("no room").doesNotContain("\tat ");
      disk.makeRoom();
      Result again = stage.segue("run", there);
      sides.by(again);
      users.servedSome();
      System.out.printf("journal full in %s, then exit %d%n", during, again.exit());
      users.nothingLost(stage.oldVersion());
    }
  }

  private static void awaitRecord(Path disk, String step) {
    await(step)
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() ->
            records(disk).stream()
                .anyMatch(r -> r.contains("\"step-started\"") && r.contains('"' + step + '"')));
  }

  private static List<String> records(Path disk) throws IOException {
    try (Stream<Path> files = Files.walk(disk)) {
      List<Path> runs = files.filter(f -> f.toString().endsWith("-1.jsonl")).toList();
      return runs.isEmpty() ? List.of() : Files.readAllLines(runs.getFirst());
    }
  }

  @Test
  void forTheStateDirectory(@TempDir Path place) throws Exception {
    try (SmallDisk disk = SmallDisk.on(place, 4_096);
        Stage stage = Stage.open()) {
      Files.createSymbolicLink(stage.state(), place);
      stage.up();
      try (Users users = stage.users(60)) {
        Sides sides = Sides.of(stage);
        disk.fill();
        Result full = stage.segue("run");
        assertThat(full.exit()).as(full.all()).isNotZero();
        assertThat(full.all()).contains("No space left").doesNotContain("\tat ");
        sides.back();
        disk.makeRoom();
        Result again = stage.segue("run");
        assertThat(again.exit()).as(again.all()).isZero();
        sides.live();
        disk.fill();
        // The router can write nothing down, so it must not turn users either way.
        Result back = stage.segue("rollback");
        assertThat(back.exit()).as(back.all()).isEqualTo(NEEDS_PERSON);
        assertThat(back.err()).contains("No space left", "next:").doesNotContain("\tat ");
        disk.makeRoom();
        back = stage.segue("rollback");
        assertThat(back.exit()).as(back.all()).isZero();
        sides.back();
        users.servedSome();
        users.nothingLost(stage.oldVersion());
      }
    }
  }
}
