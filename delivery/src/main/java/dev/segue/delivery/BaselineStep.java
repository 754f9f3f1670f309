package dev.segue.delivery;

import dev.segue.change.Watch;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.delivery.proxy.Router;
import dev.segue.watch.HealthSource;
import dev.segue.watch.Reading;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the figures were before anything changed.
record BaselineStep(Site site, @Nullable Watch watch) implements Step {

  private static final Duration ANSWER = Duration.ofSeconds(5);

  @Override
  public String id() {
    return "baseline";
  }

  @Override
  public Stage stage() {
    return Stage.BASELINE;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Figures from before, for comparison",
        List.of(),
        "Nothing to take back: it only reads",
        "Nothing has happened");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    Router.Counters counters = site.router().counters();
    Router.Tally tally = counters.of(Site.OLD);
    Latency latency = Latency.of(tally);
    Facts facts =
        Facts.of("counted_since", Instant.ofEpochMilli(counters.since()).toString())
            .with("requests", tally.requests())
            .with("errors", tally.errors())
            .with("in_flight", tally.inFlight());
    if (!latency.isEmpty()) {
      facts =
          facts
              .with("p50_ms", millis(latency.percentile(50)))
              .with("p95_ms", millis(latency.percentile(95)))
              .with("p99_ms", millis(latency.percentile(99)));
    }
    return watch == null ? facts : facts.with("health", health(watch));
  }

  private Map<String, Object> health(Watch watched) {
    URI uri = URI.create("http://" + site.oldAddress() + watched.health());
    return switch (new HealthSource(uri, ANSWER).read()) {
      case Reading.Figures(Map<String, Object> values) -> {
        Map<String, Object> plain = new HashMap<>();
        values.forEach(
            (name, value) -> plain.put(name, value instanceof Duration d ? millis(d) : value));
        yield plain;
      }
      case Reading.Unavailable(String why) -> Map.of("unavailable", why);
    };
  }

  private static double millis(Duration d) {
    return d.toNanos() / 1e6;
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }
}
