package dev.segue.acceptance.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.checker.Operation.Read;
import dev.segue.acceptance.checker.Operation.Write;
import dev.segue.acceptance.checker.Violation.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is planted is found, and what may happen is allowed.
class RegistersTest {

  private static Write write(long value, long begun, long ended) {
    return new Write("person 1", value, begun, ended);
  }

  private static Write unanswered(long value, long begun) {
    return write(value, begun, Operation.NEVER);
  }

  private static Read read(long value, long begun, long ended) {
    return new Read("person 1", value, begun, ended, "router", false);
  }

  private static Read atTheEnd(long value) {
    return new Read("person 1", value, 1_000, 1_001, "old", true);
  }

  private static void fine(Operation... history) {
    assertThat(Registers.judge(List.of(history))).isEmpty();
  }

  private static void wrong(Kind kind, Operation... history) {
    List<Operation> shuffled = new ArrayList<>(List.of(history));
    Collections.shuffle(shuffled, new Random(1));
    assertThat(Registers.judge(shuffled)).singleElement().returns(kind, Violation::kind);
  }

  @Test
  void aWriteIsReadAfterItWasAcknowledgedAndMayBeReadBefore() {
    fine(write(1, 10, 20), read(1, 30, 40), atTheEnd(1));
    fine(write(1, 10, 20), read(1, 12, 14), read(0, 11, 13), atTheEnd(1));
    fine(read(0, 0, 5), write(1, 10, 20));
    fine();
  }

  @Test
  void writesAtTheSameTimeMayComeInEitherOrder() {
    fine(write(1, 10, 30), write(2, 20, 40), atTheEnd(1));
    fine(write(1, 10, 30), write(2, 20, 40), atTheEnd(2));
    fine(write(2, 10, 30), write(1, 20, 40), read(2, 25, 50), read(1, 35, 60), atTheEnd(1));
  }

  @Test
  void aWriteWithoutAnAnswerMayHappenOrNotOrLate() {
    fine(write(1, 10, 20), unanswered(2, 30), atTheEnd(1));
    fine(write(1, 10, 20), unanswered(2, 30), atTheEnd(2));
    fine(unanswered(1, 10), write(2, 20, 30), read(2, 40, 50), read(1, 60, 70), atTheEnd(1));
  }

  @Test
  void aLostWriteIsFound() {
    wrong(Kind.LOST, write(1, 10, 20), write(2, 30, 40), atTheEnd(1));
    wrong(Kind.LOST, write(1, 10, 20), atTheEnd(0));
  }

  @Test
  void aStaleReadIsFound() {
    wrong(Kind.STALE, write(1, 10, 20), write(2, 30, 40), read(1, 50, 60), atTheEnd(2));
    wrong(Kind.STALE, write(1, 10, 20), read(0, 21, 22), atTheEnd(1));
  }

  @Test
  void aValueThatWasSeenAndIsGoneAgainIsFound() {
    wrong(Kind.STALE, write(1, 10, 20), write(2, 30, 99), read(2, 40, 50), read(1, 60, 70));
    wrong(Kind.STALE, write(1, 10, 20), unanswered(2, 30), read(2, 40, 50), read(1, 60, 70));
    wrong(Kind.STALE, write(1, 10, 40), write(2, 15, 45), read(1, 50, 60), read(2, 70, 80));
  }

  @Test
  void aWriteCarriedOutTwiceIsFound() {
    wrong(Kind.STALE, write(1, 10, 20), write(2, 30, 40), read(2, 45, 50), read(1, 60, 70));
  }

  @Test
  void aPhantomIsFound() {
    wrong(Kind.PHANTOM, write(1, 10, 20), read(7, 12, 14));
    wrong(Kind.PHANTOM, write(1, 10, 20), read(1, 2, 4));
  }

  @Test
  void keysAreJudgedEachForItself() {
    fine(
        new Write("person 1", 1, 10, 20),
        new Write("person 2", 1, 30, 40),
        new Read("person 2", 0, 25, 28, "new", false),
        new Read("person 1", 1, 25, 28, "new", false));
  }
}
