package dev.segue.backfill;

import dev.segue.backfill.Verdict.Figure;
import dev.segue.change.BackfillPace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The application's own answer to how it feels: a page that is asked a few times a second, by a
/// thread of its own. No answer, and an answer that is an error, count as the slowest.
public final class HealthSignal implements Signals {

  private static final String FIGURE = "health page's p95";
  private static final Duration EVERY = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration FRESH = LONGEST.multipliedBy(3);

  /// The page's last ten seconds.
  private static final int REMEMBERED = 40;

  private static final int FIRST_ERROR = 400;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LONGEST).build();
  private final HttpRequest request;
  private final List<Limit> limits;
  private final Thread asker;
  private volatile @Nullable Measured last;
  private volatile boolean closed;

  /// @param nanos when, by the clock that only tells durations
  private record Measured(double p95, long nanos) {}

  private HealthSignal(URI page, Duration most) {
    this.request = HttpRequest.newBuilder(page).timeout(LONGEST).build();
    this.limits = List.of(new Limit(FIGURE, Limit.Kind.SLOW, most.toMillis(), " ms"));
    this.asker = Thread.ofPlatform().daemon().name("backfill-health").unstarted(this::ask);
  }

  static Optional<Signals> of(BackfillPace pace) {
    if (pace.limits().health() == null || pace.limits().maxHealthTime() == null) {
      return Optional.empty();
    }
    HealthSignal signal =
        new HealthSignal(URI.create(pace.limits().health()), pace.limits().maxHealthTime());
    signal.asker.start();
    return Optional.of(signal);
  }

  @Override
  public Verdict verdict(Instant now) {
    Measured measured = last;
    Map<String, Figure> figures =
        measured == null
            ? Map.of()
            : Map.of(
                FIGURE,
                new Figure(measured.p95(), now.minusNanos(System.nanoTime() - measured.nanos())));
    return Verdict.of(limits, figures, now, FRESH);
  }

  private void ask() {
    Recent recent = new Recent(REMEMBERED);
    while (!closed) {
      recent.add(once());
      double p95 = Math.rint(recent.quantile(0.95).toNanos() / 1e6);
      last = new Measured(p95, System.nanoTime());
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  private Duration once() {
    long began = System.nanoTime();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status < FIRST_ERROR ? Duration.ofNanos(System.nanoTime() - began) : LONGEST;
    } catch (IOException e) {
      return LONGEST;
    } catch (InterruptedException e) {
      closed = true;
      return LONGEST;
    }
  }

  @Override
  public void close() {
    closed = true;
    asker.interrupt();
    client.shutdownNow();
  }
}
