package dev.segue.delivery;

import dev.segue.change.Durations;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.delivery.proxy.Router;
import java.time.Duration;
import java.util.List;

/// The old version ends what it has begun.
record DrainStep(Site site) implements Step {

  private static final Duration LOOK = Duration.ofMillis(50);

  @Override
  public String id() {
    return "drain";
  }

  @Override
  public Stage stage() {
    return Stage.DRAIN;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "The old version ends its requests in flight, at most "
            + Durations.format(site.deploy().drain()),
        List.of(),
        "Nothing to take back: the old version goes on running",
        "The router goes back to the old version");
  }

  @Override
  public Observation observe(StepContext context) {
    Router router = site.router();
    return Site.NEW.equals(router.state().active()) && inFlight(router) == 0
        ? Observation.present()
        : Observation.ABSENT;
  }

  @Override
  public Facts apply(StepContext context) {
    Router router = site.router();
    long begun = System.nanoTime();
    boolean empty =
        context.await(
            () -> {
              long left = inFlight(router);
              context.progress(left + " in flight in the old version", Double.NaN);
              return left == 0;
            },
            site.deploy().drain(),
            LOOK);
    if (!empty) {
      throw new SegueException(
          Kind.EXTERNAL,
          "not-drained",
          "%d requests are still in flight in the old version after %s"
              .formatted(inFlight(router), Durations.format(site.deploy().drain())),
          "Give them more time with 'drain', or see what the old version is busy with.");
    }
    return Facts.of("drained_ms", Duration.ofNanos(System.nanoTime() - begun).toMillis());
  }

  private static long inFlight(Router router) {
    return router.counters().of(Site.OLD).inFlight();
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }

  /// An empty old version is as good a one to go back to.
  @Override
  public boolean stays() {
    return true;
  }
}
