package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.examples.members.MembersSchema;
import dev.segue.examples.members.MembersTraffic;
import dev.segue.testkit.LoadFigures;
import dev.segue.testkit.OpenLoopLoad;
import dev.segue.testkit.WriteChecker;
import java.net.URI;
import java.time.Duration;
import java.util.Random;

/// Who uses the application meanwhile.
record Users(OpenLoopLoad load) implements AutoCloseable {

  private static final int SOME = 50;

  /// Persons whom they change, from the first; the next ones are the checker's.
  static final int CHANGES = 4_900;

  /// Returns when the first of them were served.
  static Users of(URI router, int perSecond) {
    Users users =
        new Users(
            OpenLoopLoad.start(
                router,
                new MembersTraffic(
                    new MembersSchema(CHANGES, Stage.SCHEMA.members()), new Random()),
                OpenLoopLoad.Options.perSecond(perSecond)
                    .versionedBy(MembersTraffic.VERSION_HEADER)));
    users.servedSome();
    return users;
  }

  /// Waits until some more were served.
  void servedSome() {
    long enough = load.glance().requests() + SOME;
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> load.glance().requests() >= enough);
  }

  /// Ends the load: no request may have failed, and each of these versions must know every write
  /// that was acknowledged.
  LoadFigures nothingLost(URI... versions) {
    LoadFigures seen = stop(versions);
    assertThat(seen.failed()).as("failed: " + seen.firstFailures()).isZero();
    return seen;
  }

  /// As [#nothingLost], but requests may have failed.
  LoadFigures stop(URI... versions) {
    LoadFigures seen = load.stop();
    assertThat(seen.requests()).isGreaterThan(SOME);
    allKnown(versions);
    return seen;
  }

  /// Each of these versions knows every write that was acknowledged by now. The load may go on.
  void allKnown(URI... versions) {
    for (URI version : versions) {
      WriteChecker.Result checked =
          MembersTraffic.CHECKER.check(version, load.ledger().acknowledged());
      assertThat(checked.checked()).isPositive();
      assertThat(checked.lostWrites()).as(version + ": " + checked).isZero();
    }
  }

  @Override
  public void close() {
    load.close();
  }
}
