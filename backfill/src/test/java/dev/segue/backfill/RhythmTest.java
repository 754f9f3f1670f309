package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.BackfillPace.Quiet;
import dev.segue.change.BatchTime;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Fence;
import dev.segue.conductor.PaceOrder;
import dev.segue.conductor.StepContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RhythmTest {

  private static final Pace.Bounds BOUNDS = new Pace.Bounds(100, 1, 1000);
  private static final Duration BATCH = Duration.ofMillis(50);
  private static final BatchTime TIME = new BatchTime(BATCH, BATCH.multipliedBy(2));

  private final Clocked context = new Clocked();

  /// Time passes by pausing.
  private static final class Clocked implements StepContext {
    private Instant now = Instant.parse("2026-03-01T11:59:00Z");
    private PaceOrder pace = PaceOrder.NONE;
    private Runnable whilePaused = () -> {};
    private final List<Duration> pauses = new ArrayList<>();

    @Override
    public void pause(Duration time) {
      now = now.plus(time);
      if (!time.isZero()) {
        pauses.add(time);
      }
      whilePaused.run();
    }

    @Override
    public PaceOrder pace() {
      return pace;
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public String run() {
      return "run-1";
    }

    @Override
    public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void progress(String what, double done) {}

    @Override
    public Facts factsOf(String stepId) {
      return Facts.NONE;
    }

    @Override
    public Window window() {
      return Window.BEFORE;
    }

    @Override
    public Fence fence() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path directory() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Facts> facts() {
      return Map.of();
    }
  }

  private record Said(Verdict verdict) implements Signals {
    @Override
    public Verdict verdict(Instant now) {
      return verdict;
    }

    @Override
    public void close() {}
  }

  private Rhythm rhythm(double share, Verdict verdict) {
    return new Rhythm(context, new Said(verdict), BOUNDS, TIME, share);
  }

  @Test
  void standsStillUntilSomebodyResumesIt() {
    Rhythm rhythm = rhythm(1, Verdict.GO);
    List<String> told = new ArrayList<>();
    Instant resumed = context.now.plusSeconds(600);
    context.pace = new PaceOrder(true, OptionalDouble.empty());
    context.whilePaused =
        () -> context.pace = new PaceOrder(context.now.isBefore(resumed), OptionalDouble.empty());

    Duration stopped = rhythm.go(() -> told.add(rhythm.why()));

    assertThat(stopped).isEqualTo(Duration.ofMinutes(10));
    assertThat(told).containsOnly("stands still: paused by hand");
    assertThat(rhythm.why()).isEmpty();
  }

  @Test
  void anotherShareCountsFromTheNextBatch() {
    Rhythm rhythm = rhythm(0.5, Verdict.GO);
    assertThat(restOf(rhythm)).isEqualTo(BATCH);

    context.pace = new PaceOrder(false, OptionalDouble.of(0.2));
    assertThat(restOf(rhythm)).isEqualTo(BATCH.multipliedBy(4));

    context.pace = new PaceOrder(false, OptionalDouble.of(1));
    assertThat(restOf(rhythm)).isZero();

    context.pace = PaceOrder.NONE;
    assertThat(restOf(rhythm)).isEqualTo(BATCH);
  }

  @Test
  void atFullPaceABatchTakesLonger() {
    Rhythm rhythm = rhythm(0.5, Verdict.GO);
    restOf(rhythm);
    assertThat(rhythm.batchTime()).isEqualTo(BATCH);
    assertThat(rhythm.items()).isEqualTo(100);

    context.pace = new PaceOrder(false, OptionalDouble.of(1));
    rhythm.go(() -> {});
    assertThat(rhythm.batchTime()).isEqualTo(BATCH.multipliedBy(2));
    assertThat(rhythm.items()).isEqualTo(200);

    context.pace = PaceOrder.NONE;
    rhythm.go(() -> {});
    assertThat(rhythm.items()).isEqualTo(100);
  }

  private Duration restOf(Rhythm rhythm) {
    rhythm.go(() -> {});
    context.pauses.clear();
    rhythm.rest(100, BATCH);
    return context.pauses.stream().reduce(Duration.ZERO, Duration::plus);
  }

  @Test
  void underPressureItRestsLonger() {
    Rhythm rhythm = rhythm(0.5, new Verdict.Slow("health page's p95 is 300 ms, more than 200"));
    assertThat(restOf(rhythm)).isEqualTo(BATCH.multipliedBy(3));
    assertThat(rhythm.why()).isEqualTo("goes slower: health page's p95 is 300 ms, more than 200");
  }

  @Test
  void quietHoursEndByThemselves() {
    Quiet quiet = new Quiet(LocalTime.of(8, 0), LocalTime.of(20, 0), ZoneId.of("Asia/Manila"));
    Rhythm rhythm =
        new Rhythm(
            context,
            new Signals.Several(List.of(new QuietHours(quiet), new Said(Verdict.GO))),
            BOUNDS,
            TIME,
            1);
    List<String> told = new ArrayList<>();

    assertThat(rhythm.go(() -> told.add(rhythm.why()))).isEqualTo(Duration.ofMinutes(1));

    assertThat(told).containsOnly("stands still: quiet hours until 20:00");
    assertThat(context.now).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "22:00, 06:00, 21:59, false",
    "22:00, 06:00, 22:00, true",
    "22:00, 06:00, 00:00, true",
    "22:00, 06:00, 06:00, false",
    "08:00, 20:00, 08:00, true",
    "08:00, 20:00, 07:59, false",
    "08:00, 20:00, 20:00, false",
  })
  void quietHoursMayGoOverMidnight(LocalTime from, LocalTime to, LocalTime now, boolean still) {
    ZoneId zone = ZoneId.of("Europe/Berlin");
    Instant at = now.atDate(java.time.LocalDate.of(2026, 7, 1)).atZone(zone).toInstant();
    Verdict verdict = new QuietHours(new Quiet(from, to, zone)).verdict(at);
    assertThat(verdict).isEqualTo(still ? new Verdict.Stop("quiet hours until " + to) : Verdict.GO);
  }

  @Test
  void theWorstOfSeveralCounts() {
    Signals slow = new Said(new Verdict.Slow("a"));
    Signals stop = new Said(new Verdict.Stop("b"));
    Signals go = new Said(Verdict.GO);
    assertThat(new Signals.Several(List.of(slow, go, stop)).verdict(context.now))
        .isEqualTo(new Verdict.Stop("b"));
    assertThat(new Signals.Several(List.of(go, slow, go)).verdict(context.now))
        .isEqualTo(new Verdict.Slow("a"));
    assertThat(new Signals.Several(List.of()).verdict(context.now)).isEqualTo(Verdict.GO);
  }
}
