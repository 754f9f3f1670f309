package dev.segue.delivery;

import dev.segue.change.Durations;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.delivery.process.AppProcess;
import dev.segue.delivery.process.Port;
import dev.segue.delivery.proxy.Router;
import java.time.Duration;
import java.util.List;

/// The old version is stopped.
record RetireStep(Site site) implements Step {

  @Override
  public String id() {
    return "retire";
  }

  @Override
  public Stage stage() {
    return Stage.RETIRE;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "The old version is stopped",
        List.of(
            new Statement(
                "SIGTERM to the process on " + site.oldAddress(),
                null,
                "at most "
                    + Durations.format(site.oldVersion().stop())
                    + (site.oldVersion().kill() ? ", then SIGKILL" : "")
                    + "; when Segue did not start it, a person must")),
        "The old version is started again",
        "The new version serves; the old one runs without users, or has ended");
  }

  @Override
  public Observation observe(StepContext context) {
    if (process().running().isPresent()) {
      return Observation.ABSENT;
    }
    Port port = Site.port(site.oldVersion());
    return port.isFree() ? Observation.present() : new Observation.Absent(notOurs(port));
  }

  private static String notOurs(Port port) {
    return "the old version on %s is %s, which Segue did not start".formatted(port, port.holder());
  }

  @Override
  public Facts apply(StepContext context) {
    Router.State state = site.router().state();
    if (site.oldAddress().equals(state.activeAddress())) {
      throw new SegueException(
          Kind.REFUSED,
          "old-serves",
          "The router still sends users to the old version at " + site.oldAddress(),
          "See 'segue status'.");
    }
    Port port = Site.port(site.oldVersion());
    if (process().running().isEmpty() && !port.isFree()) {
      throw new SegueException(
          Kind.REFUSED, "old-not-ours", notOurs(port), "Stop it, then run 'segue finish' again.");
    }
    context.fence().check();
    if (Site.NEW.equals(state.active())) {
      // No longer the one that stands in.
      site.router().route(Site.NEW, site.newAddress(), context.fence().epoch(), null);
    }
    context.progress("stopping the old version", Double.NaN);
    long begun = System.nanoTime();
    site.conductedBy(context).process(site.oldVersion()).stop(Site.waiting(context));
    return Facts.of("stopped_ms", Duration.ofNanos(System.nanoTime() - begun).toMillis());
  }

  @Override
  public Facts takeBack(StepContext context) {
    context.fence().check();
    new Standing(site.conductedBy(context))
        .serve(
            Site.OLD,
            site.oldVersion(),
            StartNewStep.marks(context),
            Site.waiting(context),
            what -> context.progress("old: " + what, Double.NaN));
    return Facts.NONE;
  }

  private AppProcess process() {
    return site.process(site.oldVersion());
  }
}
