package dev.segue.conductor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `-Dsimulation.runs=1000000` for more of them, `-Dsimulation.seed=4711` for the story of one.
class SimulationTest {

  private static final long RUNS = Long.getLong("simulation.runs", 10_000);
  private static final long SEED = Long.getLong("simulation.seed", -1);

  @TempDir private Path scratch;

  @Test
  void everyInvariantHoldsInEverySeed() {
    if (SEED >= 0) {
      System.out.println(Simulation.story(SEED, scratch));
      Simulation.of(SEED, scratch);
      return;
    }
    LongAdder killed = new LongAdder();
    LongAdder commands = new LongAdder();
    LongAdder stopped = new LongAdder();
    LongAdder troubles = new LongAdder();
    LongAdder records = new LongAdder();
    long start = System.nanoTime();
    LongStream.range(0, RUNS)
        .parallel()
        .forEach(seed -> {
          Simulation.Count count = play(seed);
          killed.add(count.killed);
          commands.add(count.commands);
          stopped.add(count.stopped);
          troubles.add(count.journalTroubles);
          records.add(count.records);
        });
    System.out.printf(
        "simulated %d changes in %d s: %s commands, %s kills, %s stopped, %s troubles of the"
            + " journal, %s records%n",
        RUNS,
        Duration.ofNanos(System.nanoTime() - start).toSeconds(),
        commands,
        killed,
        stopped,
        troubles,
        records);
    assertThat(killed.sum()).isGreaterThan(RUNS / 2);
  }

  private Simulation.Count play(long seed) {
    try {
      return Simulation.of(seed, scratch);
    } catch (Violation | RuntimeException e) {
      throw new AssertionError(
          "seed %d: %s%nreplay: mvn verify -pl conductor -am -Dtest=SimulationTest -Dsimulation.seed=%d%n%s"
              .formatted(seed, e.getMessage(), seed, Simulation.story(seed, scratch)),
          e);
    }
  }
}
