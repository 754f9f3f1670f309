package dev.segue.backfill;

import dev.segue.conductor.StepContext;
import java.time.Duration;

/// How large the next batch is, and the rest before it. Not for several threads.
public final class Rhythm {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final StepContext context;
  private final Signals signals;
  private Pace pace;
  private Duty duty;
  private String why = "";

  public Rhythm(StepContext context, Signals signals, Pace pace, double share) {
    this.context = context;
    this.signals = signals;
    this.pace = pace;
    this.duty = Duty.of(share);
  }

  public int items() {
    return pace.size();
  }

  public boolean single() {
    return pace.single();
  }

  public void halve() {
    pace = pace.halved();
  }

  /// What slows us down now; blank: nothing.
  public String why() {
    return why;
  }

  /// Heeds other terminals, and waits as long as a limit is passed.
  ///
  /// @return how long that was
  public Duration go(Runnable whileStopped) {
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
  /// @param items walked over; 0: nobody knows
  public void rest(long items, Duration took) {
    if (items > 0) {
      pace = pace.after(items, took);
    }
    Duration rest = duty.rest(took);
    if (rest.isPositive()) {
      context.pause(rest);
    }
  }
}
