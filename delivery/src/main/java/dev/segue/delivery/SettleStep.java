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
import dev.segue.delivery.proxy.Router;
import java.util.List;

/// The new version stays: the dead man's switch is disarmed.
record SettleStep(Site site) implements Step {

  @Override
  public String id() {
    return "settle";
  }

  @Override
  public Stage stage() {
    return Stage.SETTLE;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "The new version stays",
        List.of(new Statement("POST /disarm", null, "the router goes back no more by itself")),
        "Nothing to take back: going back turns users to the old version anyway",
        "Until it is disarmed the router goes back to the old version, afterwards it stays");
  }

  @Override
  public Observation observe(StepContext context) {
    if (site.router().listening().isEmpty()) {
      // Going back must not stop here: taking the switch back brings the router up again.
      return Observation.TRACELESS;
    }
    Router.State state = site.router().state();
    if (!Site.NEW.equals(state.active())) {
      return new Observation.Absent(elsewhere(state));
    }
    return state.deadMan() == null ? Observation.present() : Observation.ABSENT;
  }

  @Override
  public Facts apply(StepContext context) {
    Router router = site.router();
    Router.State state = router.state();
    if (!Site.NEW.equals(state.active())) {
      throw new SegueException(Kind.EXTERNAL, "not-switched", elsewhere(state), null);
    }
    context.fence().check();
    router.disarm(context.fence().epoch());
    return Facts.NONE;
  }

  private static String elsewhere(Router.State state) {
    String why = state.lastRevert() == null ? "" : ": " + state.lastRevert().reason();
    return "the router sends users to " + state.active() + ", not to the new version" + why;
  }

  @Override
  public Facts takeBack(StepContext context) {
    return Facts.NONE;
  }

  /// A disarmed router may stay so: going back turns it anyway.
  @Override
  public boolean stays() {
    return true;
  }
}
