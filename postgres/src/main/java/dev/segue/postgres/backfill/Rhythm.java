package dev.segue.postgres.backfill;

import dev.segue.backfill.Duty;
import dev.segue.backfill.Pace;
import dev.segue.backfill.Verdict;
import dev.segue.conductor.StepContext;
import java.time.Duration;

/// How large the next batch is, and the rest before it.
final class Rhythm {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final StepContext context;
  private final Signals signals;
  private Pace pace;
  private Duty duty;
  private String why = "";

  Rhythm(StepContext context, Signals signals, Pace pace, double share) {
    this.context = context;
    this.signals = signals;
    this.pace = pace;
    this.duty = Duty.of(share);
  }

  int rows() {
    return pace.size();
  }

  boolean single() {
    return pace.single();
  }

  void halve() {
    pace = pace.halved();
  }

  /// What slows us down now; blank: nothing.
  String why() {
    return why;
  }

  /// Heeds other terminals, and waits as long as a limit is passed.
  ///
  /// @return how long that was
  Duration go(Runnable whileStopped) {
    context.pause(Duration.ZERO);
    long began = System.nanoTime();
    boolean stopped = false;
    Verdict verdict = signals.verdict(context.now());
    while (verdict instanceof Verdict.Stop stop) {
      stopped = true;
      why = "stands still: " + stop.why();
      whileStopped.run();
      context.pause(LOOK_AGAIN);
      verdict = signals.verdict(context.now());
    }
    if (verdict instanceof Verdict.Slow slow) {
      duty = duty.pressed();
      why = "goes slower: " + slow.why();
    } else {
      duty = stopped ? duty.pressed() : duty.eased();
      why = "";
    }
    return stopped ? Duration.ofNanos(System.nanoTime() - began) : Duration.ZERO;
  }

  /// After a batch.
  ///
  /// @param rows walked over; 0: nobody knows
  void rest(long rows, Duration took) {
    if (rows > 0) {
      pace = pace.after(rows, took);
    }
    Duration rest = duty.rest(took);
    if (rest.isPositive()) {
      context.pause(rest);
    }
  }
}
