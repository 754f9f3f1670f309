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
import dev.segue.delivery.process.Waiting;
import dev.segue.delivery.proxy.ProxyRouter;
import dev.segue.delivery.proxy.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Users go to the new version; the router goes back by itself when the conductor falls silent.
record SwitchStep(Site site) implements Step {

  private static final Duration LOOK = Duration.ofMillis(50);

  @Override
  public String id() {
    return "switch";
  }

  @Override
  public Stage stage() {
    return Stage.SWITCH;
  }

  @Override
  public PlannedStep describe() {
    String silence = Durations.format(site.deploy().deadMan());
    return new PlannedStep(
        id(),
        stage(),
        "Users go to the new version",
        List.of(
            new Statement(
                "POST /route " + Site.NEW + " " + site.newAddress(),
                null,
                "goes back to " + Site.OLD + " after " + silence + " without the conductor")),
        "Users go to the old version again; what is in flight in the new one ends",
        "The router decides: it goes back to the old version after " + silence);
  }

  @Override
  public Observation observe(StepContext context) {
    ProxyRouter router = site.router();
    if (router.listening().isEmpty()) {
      return new Observation.Partial("the router does not answer", true);
    }
    Router.State state = router.state();
    if (switched(state)) {
      return new Observation.Present(Facts.of("switched_at", state.routedAt()));
    }
    Router.Revert revert = state.lastRevert();
    return revert == null ? Observation.ABSENT : new Observation.Absent(words(revert));
  }

  private boolean switched(Router.State state) {
    return Site.NEW.equals(state.active()) && site.newAddress().equals(state.activeAddress());
  }

  private static String words(Router.Revert revert) {
    return "the dead man's switch fired at %s: the router went back from %s to %s because %s"
        .formatted(Instant.ofEpochMilli(revert.at()), revert.from(), revert.to(), revert.reason());
  }

  /// Has the router hear of this conductor, so that it refuses what an earlier one may have sent. A
  /// router that is down carries nothing out, and hears of it when it is brought up for an order.
  @Override
  public void claim(StepContext context) {
    ProxyRouter router = site.router();
    if (router.listening().isPresent()) {
      router.renew(context.fence().epoch());
    }
  }

  @Override
  public Facts apply(StepContext context) {
    site.health(site.newVersion())
        .complaint()
        .ifPresent(complaint -> {
          throw new SegueException(
              Kind.EXTERNAL,
              "not-healthy",
              "The new version was healthy and is not any more: " + complaint,
              "Its log is in " + site.process(site.newVersion()).log());
        });
    context.fence().check();
    long begun = System.nanoTime();
    Router.State state =
        site.router()
            .route(
                Site.NEW,
                site.newAddress(),
                context.fence().epoch(),
                new Router.Lease(Site.OLD, site.deploy().deadMan().toMillis()));
    return Facts.of("switched_at", state.routedAt())
        .with("switch_ms", (System.nanoTime() - begun) / 1e6);
  }

  /// Tells the router that the conductor lives; one that was killed is started again, and goes on
  /// from its state on disk.
  ///
  /// @throws SegueException EXTERNAL `dead-man-fired` when it has gone back by itself
  @Override
  public void renew(StepContext context) {
    context.fence().check();
    ProxyRouter router = site.router();
    if (router.listening().isEmpty()) {
      // Not the step's own way to wait: that would take the next sample inside this one.
      router = new RouterProcess(site).up(Waiting.plain());
    }
    Router.State state = router.renew(context.fence().epoch());
    if (!switched(state)) {
      Router.Revert revert = state.lastRevert();
      throw new SegueException(
          Kind.EXTERNAL,
          "dead-man-fired",
          revert == null
              ? "The router sends users to " + state.active() + ", not to the new version"
              : words(revert),
          null);
    }
  }

  @Override
  public Facts takeBack(StepContext context) {
    context.fence().check();
    ProxyRouter router = new RouterProcess(site).up(Site.waiting(context));
    Router.Revert byItself = router.state().lastRevert();
    if (!Site.port(site.oldVersion()).answers()) {
      new Standing(site.conductedBy(context))
          .start(
              Site.OLD,
              site.oldVersion(),
              Map.of(),
              Site.waiting(context),
              what -> context.progress("old: " + what, Double.NaN));
    }
    router.route(Site.OLD, site.oldAddress(), context.fence().epoch(), null);
    long restored = byItself == null ? context.now().toEpochMilli() : byItself.at();
    boolean empty = context.await(() -> inFlight(router) == 0, site.deploy().drain(), LOOK);
    Facts facts =
        Facts.of("restored_at", restored).with("in_flight_left", empty ? 0L : inFlight(router));
    return byItself == null ? facts : facts.with("dead_man", words(byItself));
  }

  private static long inFlight(Router router) {
    return router.counters().of(Site.NEW).inFlight();
  }
}
