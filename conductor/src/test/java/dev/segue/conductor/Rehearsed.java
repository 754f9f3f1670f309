package dev.segue.conductor;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A small world for the conductor: steps leave their name in it, time jumps, figures are set.
final class Rehearsed implements Time {

  final Set<String> world = new TreeSet<>();
  final List<String> acts = new ArrayList<>();
  final Set<String> failing = new TreeSet<>();
  final Set<String> outOfReach = new TreeSet<>();
  final Set<String> notNeeded = new TreeSet<>();
  final Set<String> stuck = new TreeSet<>();
  final List<Event> events = new ArrayList<>();
  long errors;
  long requests = 1000;
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  Runnable onSleep = () -> {};

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void sleep(Duration duration) {
    now = now.plus(duration);
    onSleep.run();
  }

  Step step(String id, Stage stage) {
    return new Step() {
      @Override
      public PlannedStep describe() {
        return new PlannedStep(id, stage, id, List.of(), "", "");
      }

      @Override
      public String id() {
        return id;
      }

      @Override
      public Stage stage() {
        return stage;
      }

      @Override
      public boolean needed() {
        return !notNeeded.contains(id);
      }

      @Override
      public Observation observe(StepContext context) {
        return world.contains(id) ? Observation.present() : Observation.ABSENT;
      }

      @Override
      public Facts apply(StepContext context) {
        acts.add(id);
        if (outOfReach.contains(id)) {
          throw new OutOfReachException(
              new SegueException(Kind.EXTERNAL, "planted", id + " does not answer", null));
        }
        if (failing.contains(id)) {
          throw new SegueException(Kind.EXTERNAL, "planted", id + " fails", null);
        }
        world.add(id);
        return Facts.NONE;
      }

      @Override
      public Facts takeBack(StepContext context) {
        acts.add("-" + id);
        if (stuck.contains(id)) {
          throw new SegueException(Kind.EXTERNAL, "planted", id + " cannot go back", null);
        }
        world.remove(id);
        return Facts.NONE;
      }
    };
  }

  Source http() {
    return new Source() {
      @Override
      public String name() {
        return "http";
      }

      @Override
      public Reading read() {
        return new Reading.Figures(Map.of("requests", requests, "errors", errors));
      }
    };
  }

  Listener listener() {
    return new Listener() {
      @Override
      public void recorded(Instant at, Event event, RunState state) {
        events.add(event);
      }
    };
  }
}
