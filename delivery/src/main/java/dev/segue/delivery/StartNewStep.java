package dev.segue.delivery;

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
import dev.segue.delivery.process.Identity;
import dev.segue.delivery.process.Port;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The new version runs beside the old one and is healthy; nobody is sent to it yet.
record StartNewStep(Site site) implements Step {

  @Override
  public String id() {
    return "start-new";
  }

  @Override
  public Stage stage() {
    return Stage.START;
  }

  @Override
  public PlannedStep describe() {
    site.health(
        site.newVersion()); // a condition that does not compile is told before anything is done
    return new PlannedStep(
        id(),
        stage(),
        "The new version starts on " + site.newAddress() + " and becomes healthy",
        List.of(
            new Statement(site.newVersion().command(), null, "in " + site.newVersion().dir()),
            new Statement(
                "GET http://" + site.newAddress() + site.deploy().health().path(),
                null,
                site.deploy().health().rise() + " good answers in a row")),
        "The new version is stopped with SIGTERM",
        "The old version serves; the new one may run without users");
  }

  @Override
  public Observation observe(StepContext context) {
    Optional<Identity> running = process().running();
    if (running.isPresent()) {
      return site.health(site.newVersion())
          .complaint()
          .<Observation>map(
              c -> new Observation.Partial("pid " + running.get().pid() + ": " + c, true))
          .orElseGet(() -> new Observation.Present(facts(running.get())));
    }
    Port port = Site.port(site.newVersion());
    if (!port.isFree()) {
      return new Observation.Absent(taken(port));
    }
    return process().died().isPresent()
        ? new Observation.Absent(process().ended().getMessage())
        : Observation.ABSENT;
  }

  private static String taken(Port port) {
    return "the new version's port %s is held by %s, which Segue did not start"
        .formatted(port, port.holder());
  }

  @Override
  public Facts apply(StepContext context) {
    context.fence().check();
    Port port = Site.port(site.newVersion());
    if (process().running().isEmpty() && !port.isFree()) {
      throw new SegueException(
          Kind.RESOURCES,
          "port-taken",
          taken(port),
          "Stop that process, or choose another port in deploy.new.port.");
    }
    long begun = System.nanoTime();
    site.router().backend(Site.NEW, site.newAddress(), context.fence().epoch());
    Identity identity =
        new Standing(site.conductedBy(context))
            .start(
                Site.NEW,
                site.newVersion(),
                marks(context),
                Site.waiting(context),
                what -> context.progress("new: " + what, Double.NaN));
    return facts(identity).with("up_ms", Duration.ofNanos(System.nanoTime() - begun).toMillis());
  }

  /// From here on no earlier conductor starts or stops a version.
  @Override
  public void claim(StepContext context) {
    site.conductedBy(context).orders().claim();
  }

  /// Notices a new version that has ended, so that the way back begins before a rule fires.
  ///
  /// @throws SegueException EXTERNAL `process-ended`
  @Override
  public void renew(StepContext context) {
    if (process().running().isEmpty()) {
      throw process().ended();
    }
  }

  /// Set in the environment of what a run starts, so that its logs can say so.
  static Map<String, String> marks(StepContext context) {
    return Map.of("SEGUE_RUN", context.run());
  }

  @Override
  public Facts takeBack(StepContext context) {
    context.fence().check();
    context.progress("stopping the new version", Double.NaN);
    site.conductedBy(context).process(site.newVersion()).stop(Site.waiting(context));
    return Facts.NONE;
  }

  private AppProcess process() {
    return site.process(site.newVersion());
  }

  private Facts facts(Identity identity) {
    return Facts.of("pid", identity.pid())
        .with("address", site.newAddress())
        .with("log", process().log().toString());
  }
}
