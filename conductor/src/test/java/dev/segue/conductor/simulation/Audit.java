package dev.segue.conductor.simulation;

import dev.segue.conductor.journal.Entry;
import dev.segue.conductor.journal.SimulatedStore;
import dev.segue.conductor.simulation.Part.Kind;
import dev.segue.conductor.simulation.World.Presence;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Holds every act and every record to the invariants. It reads the durable records by itself and
/// shares nothing with the conductor's own fold of them.
final class Audit implements SimulatedStore.Witness {

  private static final Pattern STEP = Pattern.compile("\"step\":\"([^\"]+)\"");

  /// Bad for so long, and either a sample has seen it or the dead man's switch has fired: the time
  /// the router waits, two samples, and the moment between.
  private static final Duration UNMISSABLE = World.DEAD_MAN.plusSeconds(21);

  private final World world;
  private final Map<String, String> latest = new HashMap<>();
  private String run = "";
  private long epoch;
  private long looked;
  private boolean goingBack;
  private boolean watched;
  private boolean asked;
  private boolean ended = true;
  private boolean done;

  Audit(World world) {
    this.world = world;
  }

  @Override
  public void recorded(String of, Entry entry) {
    String kind = entry.kind();
    if (kind.equals("run-started")) {
      require(ended, "a run begins while " + run + " has not ended");
      run = of;
      latest.clear();
      goingBack = false;
      watched = false;
      asked = false;
      ended = false;
    }
    require(of.equals(run), "a record of " + of + " while " + run + " goes on");
    require(entry.epoch() >= epoch, "epoch " + entry.epoch() + " writes after " + epoch);
    epoch = entry.epoch();
    require(!ended, kind + " after the end");
    Matcher step = STEP.matcher(entry.body());
    if (step.find()) {
      latest.put(step.group(1), kind);
    }
    switch (kind) {
      case "take-back-started" -> goingBack = true;
      case "finish-requested" -> asked = true;
      case "ended" -> {
        ended = true;
        done = entry.body().contains("DONE");
      }
      case "step-started", "step-applied" -> require(!goingBack, kind + " on the way back");
      case "watch-ended" -> {
        watched = true;
        require(
            !entry.body().contains("PASS") || world.badFor().compareTo(UNMISSABLE) < 0,
            "passed, though it was bad for " + world.badFor());
      }
      default -> {}
    }
  }

  /// Before a part comes to be.
  void applies(Part part, long by, long newest) {
    if (part.kind() == Kind.FILE && by != newest) {
      return; // One backup too many hurts nobody.
    }
    current(part, by);
    require(
        "step-started".equals(latest.get(part.id())),
        part + " is applied and its last record is " + latest.get(part.id()));
    require(!goingBack, part + " is applied on the way back");
    require(world.presence(part) != Presence.PRESENT, part + " is applied twice");
    require(world.presence(part) != Presence.FOREIGN, part + " is applied over something foreign");
    for (Part earlier : Part.values()) {
      if (earlier.compareTo(part) < 0 && earlier.kind() != Kind.LOOK) {
        require(
            world.presence(earlier) == Presence.PRESENT
                || world.meddledWith(earlier)
                || fired(part),
            part + " is applied before " + earlier);
      }
    }
    if (part.compareTo(Part.SETTLE) >= 0) {
      require(watched, part + " before the watch has ended");
    }
    if (part.stage().ending()) {
      require(asked || due(), part + " and nobody asked for it");
    }
  }

  private boolean due() {
    Instant switched = world.switchedAt();
    return switched != null && !world.now().isBefore(switched.plus(Simulation.CONTRACT_AFTER));
  }

  /// The switch may fire between the look at it and the act that rests on it.
  private boolean fired(Part part) {
    return world.reverted() && part != Part.CONTRACT && part != Part.RETIRE;
  }

  /// Before a part is taken back.
  void takesBack(Part part, long by, long newest) {
    if (part.kind() == Kind.FILE && by != newest) {
      return;
    }
    current(part, by);
    require(part != Part.CONTRACT, "the contract is taken back");
    require(goingBack, part + " is taken back and no record says why");
    require(
        "step-taking-back".equals(latest.get(part.id())),
        part + " is taken back and its last record is " + latest.get(part.id()));
    for (Part later : Part.values()) {
      if (later.compareTo(part) > 0 && !later.stays()) {
        require(
            world.presence(later) == Presence.ABSENT || world.meddledWith(later),
            part + " is taken back before " + later);
      }
    }
  }

  /// After anything was changed.
  void changed(String by) {
    require(world.serves(), "users are not served after " + by);
  }

  /// A conductor of this epoch looks at the world, and from here on relies on what it saw.
  void looks(long by) {
    looked = Math.max(looked, by);
  }

  private void current(Part part, long by) {
    require(by >= looked, "epoch " + by + " changes " + part + " after " + looked + " has looked");
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Violation(otherwise);
    }
  }

  /// Whether the newest run was carried out to its end.
  boolean isDone() {
    return done;
  }
}
