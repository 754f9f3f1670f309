package dev.segue.delivery;

import dev.segue.change.SegueException;
import dev.segue.delivery.proxy.Router;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the router counted for the new version.
///
/// `requests` and `errors` count from the switch, `recent` the requests that ended since the last
/// reading; `error_rate`, `p50`, `p95` and `p99` are of the time since the last reading, and
/// missing when no request ended in it; `in_flight` is now.
final class HttpSource implements Source {

  private final Router router;
  private Router.@Nullable Counters last;

  HttpSource(Router router) {
    this.router = router;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public Reading read() {
    Router.Counters now;
    try {
      now = router.counters();
    } catch (SegueException e) {
      return new Reading.Unavailable(String.valueOf(e.getMessage()));
    }
    Reading reading = new Reading.Figures(figures(now.of(Site.NEW), earlier(now)));
    last = now;
    return reading;
  }

  /// The last reading, when it was of the same counting.
  private Router.Tally earlier(Router.Counters now) {
    Router.Counters before = last;
    return before != null && before.since() == now.since()
        ? before.of(Site.NEW)
        : Router.Tally.NONE;
  }

  private static Map<String, Object> figures(Router.Tally now, Router.Tally earlier) {
    Map<String, Object> figures = new HashMap<>();
    figures.put("requests", now.requestsSinceRouted());
    figures.put("errors", now.errorsSinceRouted());
    figures.put("in_flight", now.inFlight());
    long ended = now.requests() - earlier.requests();
    figures.put("recent", ended);
    if (ended > 0) {
      figures.put("error_rate", (double) (now.errors() - earlier.errors()) / ended);
    }
    Latency latency = Latency.of(now).since(Latency.of(earlier));
    if (!latency.isEmpty()) {
      figures.put("p50", latency.percentile(50));
      figures.put("p95", latency.percentile(95));
      figures.put("p99", latency.percentile(99));
    }
    return figures;
  }
}
