package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Replay.Standing;
import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import dev.segue.acceptance.checker.Checker;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The conductor is killed at random moments while users are served, there and back and there
/// again, and the same command is given again until it comes through.
///
/// `-Dkills.seed=…` repeats the moments of a test run, as far as the machine lets it;
/// `-Dkills.count=…` is how many there are.
@Tag("acceptance")
class RandomKillsTest {

  private static final int KILLS = Integer.getInteger("kills.count", 16);
  private static final long SEED = Long.getLong("kills.seed", System.nanoTime());

  private static final int LIVE = 0;
  private static final int TAKEN_BACK = 1;

  /// Kills after a record come within this time of it.
  private static final long SOON_MILLIS = 150;

  /// A conductor needs some time before it does anything.
  private static final long START_MILLIS = 1_000;

  private static final String BEGUN =
      """
      select count(*) from segue.journal
       where kind in ('step-started', 'step-taking-back') and body->>'step' = ?\
      """;

  private final Random random = new Random(SEED);
  private final Map<String, Integer> tolls = new TreeMap<>();
  private int killedThere;
  private int killedBack;

  @Test
  void killedAnywhereItEndsOldOrNew() throws Exception {
    System.out.printf("%d kills; again with -Dkills.seed=%d%n", KILLS, SEED);
    try (Stage stage = Stage.open().with("for: 3s", "for: 2s").up();
        Users users = stage.users(60);
        Checker checker = stage.checker()) {
      Sides sides = Sides.of(stage);
      Duration there = undisturbed(stage, "run");
      String after = stage.database().definition();
      Duration back = undisturbed(stage, "rollback");
      sides.back();
      while (killedThere < KILLS / 2 || killedBack < KILLS / 2) {
        if (untilThrough(stage, "run", there) == LIVE) {
          sides.live();
          assertThat(ofAnyRun(stage.database().definition())).isEqualTo(ofAnyRun(after));
          assertThat(untilThrough(stage, "rollback", back)).isZero();
        }
        sides.back();
        assertThat(checker.violations()).isEmpty();
      }
      users.servedSome();
      Checker.Findings checked = checker.finish(stage.oldVersion());
      System.out.printf(
          "killed %d times on the way there, %d on the way back: %s%n%d runs; %s%n%s%n",
          killedThere,
          killedBack,
          tolls,
          Replay.all(stage.database()).size(),
          checked,
          users.nothingLost(stage.oldVersion()).version("new"));
      assertThat(checked.violations()).isEmpty();
      assertThat(checked.failures()).isEmpty();
      assertThat(checked.across()).isPositive();
      assertThat(checked.last()).isPositive();
    }
  }

  /// How long it takes when nobody is killed.
  private static Duration undisturbed(Stage stage, String command) {
    long begun = System.nanoTime();
    Result result = stage.segue(command);
    assertThat(result.exit()).as(result.all()).isZero();
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /// Gives the command again and again until it ends by itself.
  private int untilThrough(Stage stage, String command, Duration usual) throws Exception {
    while (true) {
      Replay begun = Replay.latest(stage.database());
      Running conductor = stage.start(command);
      boolean there = command.equals("run");
      boolean enough = (there ? killedThere : killedBack) >= KILLS / 2;
      if (enough || !killed(stage, conductor, begun, usual)) {
        Result result = conductor.await();
        assertThat(result.exit()).as(result.all()).isIn(LIVE, TAKEN_BACK);
        return result.exit();
      }
      assertThat(stage.scratchDatabases()).hasSizeLessThanOrEqualTo(1);
    }
  }

  /// Kills it after a random time, or soon after a random record of it.
  ///
  /// @return false when it ended before
  private boolean killed(Stage stage, Running conductor, Replay begun, Duration usual)
      throws Exception {
    List<String> steps = ahead(begun, conductor.arguments().getFirst());
    if (random.nextInt(3) > 0) {
      String step = steps.get(random.nextInt(steps.size()));
      awaitRecord(stage, conductor, step);
      ended(conductor, random.nextLong(SOON_MILLIS));
    } else {
      // What is left to do takes less than all of it.
      long share = usual.toMillis() * steps.size() / begun.steps().size();
      ended(conductor, random.nextLong(START_MILLIS + share));
    }
    if (!conductor.process().isAlive()) {
      return false;
    }
    conductor.kill();
    Replay left = Replay.latest(stage.database());
    boolean silent = left.run().equals(begun.run()) && left.records() == begun.records();
    boolean goesBack = left.goingBack() && left.outcome() == null;
    if (goesBack || conductor.arguments().getFirst().equals("rollback")) {
      killedBack++;
    } else {
      killedThere++;
    }
    tolls.merge(silent ? "before its first record" : left.at(), 1, Integer::sum);
    return true;
  }

  private static boolean ended(Running conductor, long millis) throws InterruptedException {
    return conductor.process().waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /// Steps that this command has yet to begin or to take back.
  private static List<String> ahead(Replay replay, String command) {
    boolean fresh = replay.outcome() != null;
    boolean back = !fresh && (replay.goingBack() || command.equals("rollback"));
    List<String> ahead = new ArrayList<>();
    replay
        .steps()
        .forEach((step, standing) -> {
          boolean done = standing == (back ? Standing.UNTOUCHED : Standing.APPLIED);
          boolean ending = step.equals("retire") || step.startsWith("contract-");
          if (!ending && (fresh || (!done && standing != Standing.GONE))) {
            ahead.add(step);
          }
        });
    return ahead.isEmpty() ? List.of("gates") : ahead;
  }

  /// Returns also when the conductor ended.
  private static void awaitRecord(Stage stage, Running conductor, String step) throws Exception {
    try (Connection c = stage.database().connect();
        PreparedStatement asked = c.prepareStatement(BEGUN)) {
      asked.setString(1, step);
      long before = count(asked);
      while (conductor.process().isAlive() && count(asked) == before) {
        ended(conductor, 10);
      }
    }
  }

  private static long count(PreparedStatement asked) throws SQLException {
    try (ResultSet row = asked.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /// A facade says which run made it.
  private static String ofAnyRun(String definition) {
    return definition.replaceAll("(run \\S+-)\\d+", "$1N");
  }
}
