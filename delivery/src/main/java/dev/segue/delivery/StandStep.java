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
import dev.segue.delivery.proxy.ProxyRouter;
import dev.segue.delivery.proxy.Router;
import java.util.List;

/// The router stands, and the old version serves behind it.
record StandStep(Site site) implements Step {

  @Override
  public String id() {
    return "stand";
  }

  @Override
  public Stage stage() {
    return Stage.STAND;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "The router stands on " + site.entrance() + ", the old version serves behind it",
        List.of(
            new Statement(
                new RouterProcess(site).command(),
                null,
                "only when it does not run yet; it outlives Segue"),
            new Statement(
                site.oldVersion().command(),
                null,
                "only when nothing listens on " + site.oldAddress())),
        "Nothing to take back: router and old version go on serving",
        "The router and the old version go on; nothing else has happened");
  }

  @Override
  public Observation observe(StepContext context) {
    ProxyRouter router = site.router();
    if (router.listening().isEmpty()) {
      return Observation.ABSENT;
    }
    Router.State state = router.state();
    String active = state.activeAddress();
    if (site.newAddress().equals(active)) {
      return new Observation.Present(facts()); // later in the change, that is how it is
    }
    if (!Site.OLD.equals(state.active()) || !site.oldAddress().equals(active)) {
      return new Observation.Absent(active == null ? null : "the router sends users to " + active);
    }
    return site.health(site.oldVersion())
        .complaint()
        .filter(_ -> !context.overridden())
        .<Observation>map(Observation.Absent::new)
        .orElseGet(() -> new Observation.Present(facts()));
  }

  @Override
  public Facts apply(StepContext context) {
    context.fence().check();
    context.progress("the router on " + site.entrance(), Double.NaN);
    ProxyRouter router = new RouterProcess(site).up(Site.waiting(context));
    try {
      new Standing(site.conductedBy(context))
          .oldServes(
              router,
              context.fence().epoch(),
              StartNewStep.marks(context),
              Site.waiting(context),
              what -> context.progress("old: " + what, Double.NaN));
      return facts();
    } catch (SegueException e) {
      if (!context.overridden() || e.kind() != Kind.EXTERNAL) {
        throw e;
      }
      // The change may be the cure: the old version serves as ill as it is.
      router.route(Site.OLD, site.oldAddress(), context.fence().epoch(), null);
      return facts().with("old_not_healthy", e.getMessage());
    }
  }

  private Facts facts() {
    Facts facts = Facts.of("router", site.entrance().toString()).with("old", site.oldAddress());
    return site.process(site.oldVersion())
        .running()
        .map(identity -> facts.with("old_pid", identity.pid()))
        .orElse(facts);
  }

  /// The old version is the way back: one that Segue started and that has ended is started again,
  /// without waiting for it, because whoever waits here does not watch. Users are served by the new
  /// one meanwhile, so this is a warning.
  ///
  /// @throws SegueException EXTERNAL `process-ended`, `old-not-there`
  @Override
  public void renew(StepContext context) {
    AppProcess old = site.conductedBy(context).process(site.oldVersion());
    if (old.running().isPresent() || Site.port(site.oldVersion()).answers()) {
      return;
    }
    if (old.died().isEmpty()) {
      throw new SegueException(
          Kind.EXTERNAL,
          "old-not-there",
          "The old version does not run on " + site.oldAddress() + ", and going back needs it",
          "Start it; Segue did not start it before, and starts it only when it goes back.");
    }
    SegueException ended = old.ended();
    context.fence().check();
    Identity again = Standing.launch(Site.OLD, old, StartNewStep.marks(context));
    throw new SegueException(
        Kind.EXTERNAL,
        ended.code(),
        "The old version is the way back and was started again as pid %d: %s"
            .formatted(again.pid(), ended.getMessage()),
        ended.remedy());
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }

  /// Users are served by it.
  @Override
  public boolean stays() {
    return true;
  }
}
