package dev.segue.conductor.simulation;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.simulation.Faults.Fate;
import dev.segue.conductor.simulation.World.Presence;
import java.util.List;

/// A part as one simulated conductor carries it out.
record SimulatedStep(Part part, Actor actor) implements Step {

  @Override
  public PlannedStep describe() {
    return new PlannedStep(part.id(), part.stage(), part.id(), List.of(), "", "");
  }

  @Override
  public String id() {
    return part.id();
  }

  @Override
  public Stage stage() {
    return part.stage();
  }

  @Override
  public boolean stays() {
    return part.stays();
  }

  @Override
  public Observation observe(StepContext context) {
    actor.touch("look at " + part);
    if (part.kind() == Part.Kind.LOOK) {
      return Observation.TRACELESS;
    }
    actor.audit().looks(context.fence().epoch());
    return switch (actor.world().presence(part)) {
      case PRESENT -> Observation.present();
      case ABSENT -> new Observation.Absent(actor.world().reverted() ? "it fired" : null);
      case PARTIAL -> new Observation.Partial("half of it", true);
      case FOREIGN -> new Observation.Partial("something else", false);
    };
  }

  @Override
  public Facts apply(StepContext context) {
    act(context, false);
    return Facts.of("epoch", context.fence().epoch());
  }

  @Override
  public Facts takeBack(StepContext context) {
    boolean leftover = actor.world().presence(part) == Presence.PARTIAL;
    if (part.kind() != Part.Kind.LOOK && (!part.stays() || leftover)) {
      act(context, true);
    }
    return Facts.NONE;
  }

  @Override
  public void renew(StepContext context) {
    if (part == Part.SWITCH) {
      actor.touch("renew");
      admitted(context.fence().epoch());
      if (!actor.world().renew()) {
        throw trouble("dead-man-fired");
      }
    }
  }

  @Override
  public void claim(StepContext context) {
    if (part.kind() == Part.Kind.ROUTER || part.kind() == Part.Kind.PROCESS) {
      actor.touch("claim " + part);
      admitted(context.fence().epoch());
    }
  }

  private void act(StepContext context, boolean back) {
    actor.touch(back ? "about to take back " + part : "about to apply " + part);
    context.fence().check();
    // Whoever carries it out compares the epoch itself, however long the way there takes.
    actor.touch("on the way to " + part);
    admitted(context.fence().epoch());
    Presence wanted = back ? Presence.ABSENT : Presence.PRESENT;
    Fate fate = actor.faults().fate(part);
    actor.tell("  " + part + " " + wanted + ": " + fate);
    switch (fate) {
      case DONE -> change(context, back, wanted);
      case REFUSED -> throw trouble("refused");
      case UNANSWERED -> {
        change(context, back, wanted);
        throw trouble("unanswered");
      }
      case PRETENDED -> {}
      case HALF -> {
        change(context, back, Presence.PARTIAL);
        throw trouble("half");
      }
      case HANGS -> {
        actor.hang();
        change(context, back, wanted);
      }
    }
    actor.touch("behind " + part);
  }

  private void admitted(long epoch) {
    boolean admitted =
        switch (part.kind()) {
          case DATABASE -> epoch == actor.newestEpoch();
          case ROUTER, PROCESS -> actor.world().admits(part.kind(), epoch);
          case FILE, LOOK -> true;
        };
    if (!admitted) {
      throw new FencedException("another conductor has taken over");
    }
  }

  private void change(StepContext context, boolean back, Presence to) {
    if (part.kind() == Part.Kind.LOOK) {
      return;
    }
    if (actor.world().presence(part) == Presence.FOREIGN) {
      throw trouble("in-the-way");
    }
    long epoch = context.fence().epoch();
    if (back) {
      actor.audit().takesBack(part, epoch, actor.newestEpoch());
    } else {
      usersAreStillThere();
      actor.audit().applies(part, epoch, actor.newestEpoch());
    }
    actor.world().set(part, to);
    actor.audit().changed(part + " became " + to);
  }

  /// The switch may have fired while the order was on its way; then it comes to nothing.
  private void usersAreStillThere() {
    if (part == Part.RETIRE || part == Part.SETTLE) {
      usersAreOnTheNewVersion();
    }
  }

  private void usersAreOnTheNewVersion() {
    if (!actor.world().toNew()) {
      throw trouble("old-serves");
    }
  }

  private static SegueException trouble(String code) {
    return new SegueException(Kind.EXTERNAL, code, "simulated", null);
  }
}
