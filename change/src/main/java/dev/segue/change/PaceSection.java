package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import dev.segue.change.BackfillPace.Limits;
import java.net.URI;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// `backfill.pace`: how fast, and what holds it up. Keys and rows share most of it.
final class PaceSection {

  private static final Key<Double> SHARE =
      optional(
          "share",
          Measures.SHARE,
          "default",
          "How much of the time is worked: default is what users do not notice, full knows no rest,"
              + " 30% sleeps seven tenths of the time.");
  private static final Key<Duration> MAX_LAG =
      optional(
          "max-lag",
          Scalars.TIME,
          "10s",
          "Replicas further behind than this stop the work until they have come up.");
  private static final Key<URI> HEALTH =
      optional(
          "health",
          Scalars.text("a URL", s -> GateSection.httpUrl(s.text())),
          "A page of the application that is asked while the work goes on.");
  private static final Key<Duration> MAX_HEALTH_TIME =
      optional(
          "max-health-time",
          Scalars.TIME,
          "200ms",
          "The page's 95th percentile above which the work is slowed down.");

  private static final Key<LocalTime> FROM =
      required(
          "from", Measures.TIME_OF_DAY, "When the work rests, HH:MM by the clock of the zone.");
  private static final Key<LocalTime> TO =
      required("to", Measures.TIME_OF_DAY, "When it goes on; before from: over midnight.");
  private static final Key<ZoneId> ZONE =
      required("zone", Measures.ZONE, "Time zone of the clock, such as Asia/Manila or UTC.");
  private static final Key<BackfillPace.Quiet> QUIET =
      optional(
          "quiet",
          MappingForm.of(
                  f -> new BackfillPace.Quiet(f.get(FROM), f.get(TO), f.get(ZONE)), FROM, TO, ZONE)
              .checking(PaceSection::checkQuiet, FROM, TO),
          "Hours in which nothing is done.");

  private static final Key<Duration> SCRIPT_TIME =
      optional(
          "batch-time",
          Scalars.TIME,
          "How long one script should take: so long the server answers nobody else; 1ms, and 2ms"
              + " at full pace, when not given.");
  private static final Key<Integer> MAX_KEYS =
      optional(
          "max-batch",
          Scalars.number("a number of keys", 1, 500),
          "500",
          "Keys of a batch at most.");
  private static final Key<Duration> MAX_LATENCY =
      optional(
          "max-latency",
          Scalars.TIME,
          "A server that takes longer than this to answer a ping slows the work down.");
  private static final Key<Double> MAX_MEMORY =
      optional(
          "max-memory",
          Measures.PERCENT,
          "80%",
          "More of the server's memory limit in use than this stops the work.");
  private static final Key<Double> MAX_BACKLOG =
      optional(
          "max-backlog",
          Measures.PERCENT,
          "50%",
          "A replica with more of the replication backlog to read than this stops the work.");

  private static final Key<Duration> TRANSACTION_TIME =
      optional(
          "batch-time",
          Scalars.TIME,
          "How long one transaction should take: so long the rows of a batch stay locked; 2ms, and"
              + " 50ms at full pace, when not given.");
  private static final Key<Integer> MAX_ROWS =
      optional(
          "max-batch",
          Scalars.number("a number of rows", 1, 1_000_000),
          "Rows of a batch at most; as many as the time allows when not given.");
  private static final Key<Integer> MAX_ACTIVE =
      optional(
          "max-active",
          Scalars.number("a number of sessions", 1, 10_000),
          "More sessions than this at work slow the copying down.");
  private static final Key<Integer> MAX_WAITING =
      optional(
          "max-waiting",
          Scalars.number("a number of sessions", 0, 10_000),
          "4",
          "More sessions than this waiting for a lock of ours stop the copying for a moment.");
  private static final Key<Long> MAX_WAL =
      optional(
          "max-wal", Measures.SIZE, "More write-ahead log a second than this slows the work down.");

  static final Key<BackfillPace> KEYS =
      optional(
          "pace",
          MappingForm.of(
                  PaceSection::ofKeys,
                  SHARE,
                  SCRIPT_TIME,
                  MAX_KEYS,
                  MAX_LATENCY,
                  MAX_MEMORY,
                  MAX_BACKLOG,
                  MAX_LAG,
                  QUIET,
                  HEALTH,
                  MAX_HEALTH_TIME)
              .checking(PaceSection::checkHealth),
          "{}",
          "How fast keys are changed beside users, and what holds it up.");

  static final Key<BackfillPace> ROWS =
      optional(
          "pace",
          MappingForm.of(
                  PaceSection::ofRows,
                  SHARE,
                  TRANSACTION_TIME,
                  MAX_ROWS,
                  MAX_ACTIVE,
                  MAX_WAITING,
                  MAX_LAG,
                  MAX_WAL,
                  QUIET,
                  HEALTH,
                  MAX_HEALTH_TIME)
              .checking(PaceSection::checkHealth),
          "{}",
          "How fast rows are changed beside users, and what holds it up.");

  private PaceSection() {}

  private static void checkQuiet(Fields f) {
    if (f.get(FROM).equals(f.get(TO))) {
      f.problem("begins and ends at the same time; leave 'quiet' out for no rest", "to");
    }
  }

  private static void checkHealth(Fields f) {
    if (f.has(MAX_HEALTH_TIME) && !f.has(HEALTH)) {
      f.problem("no page is asked: write 'health' too", "max-health-time");
    }
  }

  private static BackfillPace ofKeys(Fields f) {
    return new BackfillPace(
        f.get(SHARE),
        f.find(SCRIPT_TIME).map(BatchTime::always).orElse(BatchTime.OF_KEYS),
        f.get(MAX_KEYS),
        Limits.ofKeys(
                f.get(MAX_LAG),
                f.find(MAX_LATENCY).orElse(null),
                f.get(MAX_MEMORY),
                f.get(MAX_BACKLOG))
            .with(health(f), healthTime(f)),
        f.find(QUIET).orElse(null));
  }

  private static BackfillPace ofRows(Fields f) {
    return new BackfillPace(
        f.get(SHARE),
        f.find(TRANSACTION_TIME).map(BatchTime::always).orElse(BatchTime.OF_ROWS),
        f.find(MAX_ROWS).orElse(0),
        Limits.ofRows(
                f.get(MAX_LAG),
                f.find(MAX_ACTIVE).orElse(null),
                f.get(MAX_WAITING),
                f.find(MAX_WAL).orElse(null))
            .with(health(f), healthTime(f)),
        f.find(QUIET).orElse(null));
  }

  private static @Nullable String health(Fields f) {
    return f.find(HEALTH).map(URI::toString).orElse(null);
  }

  private static @Nullable Duration healthTime(Fields f) {
    return f.has(HEALTH) ? f.get(MAX_HEALTH_TIME) : null;
  }
}
