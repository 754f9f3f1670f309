package dev.segue.postgres.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds of every operation: it comes, it goes without a trace, it comes to stay; and a
/// conductor killed anywhere in between makes no difference.
class OperationsContractTest {

  @TempDir Path directory;

  static Stream<OperationCase> cases() {
    return OperationCases.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itComesAndGoesAndComesToStay(OperationCase it) throws SQLException {
    Rehearsed change = new Rehearsed(directory, it.setUp(), it.operation());
    String before = change.definition();
    assertThat(change.refusals()).isEmpty();
    for (var step : change.expanding()) {
      assertThat(step.describe().statements()).isNotNull();
    }

    change.expand(change.context());
    assertThat(change.holds(it.afterExpand())).as(it.afterExpand()).isTrue();
    change.takeBack(change.context());
    if (!it.stays()) {
      assertThat(change.definition()).isEqualTo(before);
    }
    assertThat(change.effects()).isZero();

    change.expand(change.context());
    change.contract(change.context());
    assertThat(change.holds(it.afterContract())).as(it.afterContract()).isTrue();
    assertThat(change.effects()).isZero();
    assertThat(change.definition()).doesNotContain("__segue");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aConductorKilledAnywhereMakesNoDifference(OperationCase it) throws SQLException {
    Rehearsed change = new Rehearsed(directory, it.setUp(), it.operation());
    String before = change.definition();
    killedEverywhere(change, change::expand);
    assertThat(change.holds(it.afterExpand())).isTrue();
    killedEverywhere(change, change::takeBack);
    if (!it.stays()) {
      assertThat(change.definition()).isEqualTo(before);
    }
    change.expand(change.context());
    for (int at = 1; diesAt(change, change::contract, at); at++) {}
    assertThat(change.holds(it.afterContract())).isTrue();
  }

  /// Begun anew after each death, each a little later than the one before.
  private static void killedEverywhere(Rehearsed change, Consumer<FakeContext> way) {
    for (int at = 1; diesAt(change, way, at); at++) {}
  }

  private static boolean diesAt(Rehearsed change, Consumer<FakeContext> way, int at) {
    FakeContext context = change.context();
    int[] seen = {0};
    context.fenceCheck = connection -> dieAt(seen, at);
    context.fenceLook = () -> dieAt(seen, at);
    try {
      way.accept(context);
      return false;
    } catch (Killed e) {
      return true;
    }
  }

  private static void dieAt(int[] seen, int at) {
    if (++seen[0] == at) {
      throw new Killed();
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void killedOnTheWayThereItGoesBackWithoutATrace(OperationCase it) throws SQLException {
    Rehearsed change = new Rehearsed(directory, it.setUp(), it.operation());
    String before = change.definition();
    for (int at : List.of(3, 4, 5, 7)) {
      diesAt(change, change::expand, at);
      change.takeBack(change.context());
      if (!it.stays()) {
        assertThat(change.definition()).as("killed at " + at).isEqualTo(before);
      }
    }
  }
}
