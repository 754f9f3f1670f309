package dev.segue.backfill;

import dev.segue.change.BatchTime;
import dev.segue.conductor.StepContext;
import java.time.Duration;
import java.time.Instant;

/// How large the next batch is, and the rest before it. Not for several threads.
public final class Rhythm {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private static final Verdict PAUSED = new Verdict.Stop("paused by hand");

  private final StepContext context;
  private final Signals signals;
  private final BatchTime batchTime;
  private final double share;
  private Pace pace;
  private Duty duty;
  private String why = "";

  /// @param share of the time that is worked, unless a person has asked for another
  public Rhythm(
      StepContext context, Signals signals, Pace.Bounds bounds, BatchTime batchTime, double share) {
    this.context = context;
    this.signals = signals;
    this.batchTime = batchTime;
    this.share = share;
    this.pace = Pace.of(bounds, batchTime.at(share));
    this.duty = Duty.of(share);
  }

  public int items() {
    return pace.size();
  }

  /// How long the next batch should take.
  public Duration batchTime() {
    return pace.target();
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

  /// Heeds other terminals, and waits as long as a limit is passed or a person wants it to.
  ///
  /// @return how long that was
  public Duration go(Runnable whileStopped) {
    context.pause(Duration.ZERO);
    Instant began = context.now();
    boolean stopped = false;
    boolean passed = false;
    Verdict verdict = verdict();
    while (verdict instanceof Verdict.Stop stop) {
      stopped = true;
      passed |= !verdict.equals(PAUSED);
      why = "stands still: " + stop.why();
      whileStopped.run();
      context.pause(LOOK_AGAIN);
      verdict = verdict();
    }
    double asked = context.pace().share().orElse(share);
    duty = duty.within(asked);
    pace = pace.towards(batchTime.at(asked));
    if (verdict instanceof Verdict.Slow slow) {
      duty = duty.pressed();
      why = "goes slower: " + slow.why();
    } else {
      duty = passed ? duty.pressed() : duty.eased();
      why = "";
    }
    return stopped ? Duration.between(began, context.now()) : Duration.ZERO;
  }

  private Verdict verdict() {
    return context.pace().paused() ? PAUSED : signals.verdict(context.now());
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
