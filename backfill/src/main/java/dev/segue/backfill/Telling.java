package dev.segue.backfill;

import dev.segue.change.Durations;
import dev.segue.conductor.StepContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Tells people how far it is, twice a second, and at once what slows it down.
public final class Telling {

  private static final Duration EVERY = Duration.ofMillis(500);

  private final StepContext context;
  private final String doing;
  private final String items;
  private final LongSupplier failed;
  private final long total;
  private Estimate estimate;
  private Instant due = Instant.MIN;
  private String told = "";

  /// @param doing `copying`
  /// @param items what is counted: `rows`, `keys`
  /// @param total about how many items there are to walk over
  /// @param seen of them, by now
  public Telling(StepContext context, String doing, String items, long total, long seen) {
    this(context, doing, items, total, seen, () -> 0);
  }

  /// @param failed how many could not be done, by now
  public Telling(
      StepContext context, String doing, String items, long total, long seen, LongSupplier failed) {
    this.context = context;
    this.doing = doing;
    this.items = items;
    this.failed = failed;
    this.total = total;
    this.estimate = Estimate.from(context.now(), seen);
  }

  /// @param why what slows it down; blank: nothing
  public void tell(long seen, String why) {
    Instant now = context.now();
    if (now.isBefore(due) && why.equals(told)) {
      return;
    }
    told = why;
    due = now.plus(EVERY);
    estimate = estimate.after(seen, now);
    context.progress(words(seen, why), estimate.share(total));
  }

  private String words(long seen, String why) {
    StringBuilder words = new StringBuilder(doing);
    words.append(
        String.format(Locale.ROOT, ": %,d of about %,d %s", seen, Math.max(seen, total), items));
    if (estimate.perSecond() > 0) {
      words.append(String.format(Locale.ROOT, ", %,.0f %s/s", estimate.perSecond(), items));
    }
    long bad = failed.getAsLong();
    if (bad > 0) {
      words.append(String.format(Locale.ROOT, ", %,d failed", bad));
    }
    estimate
        .left(total)
        .ifPresent(left -> words.append(", ").append(Durations.format(left)).append(" left"));
    return why.isEmpty() ? words.toString() : words + "; " + why;
  }
}
