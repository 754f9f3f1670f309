package dev.segue.conductor.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The simulated system: what stands, where users are sent, and what time it is. Knows nothing of
/// journals.
final class World {

  static final Duration DEAD_MAN = Duration.ofSeconds(30);

  /// What is there of a part.
  enum Presence {
    ABSENT,
    PARTIAL,
    PRESENT,
    /// Something else is in its place.
    FOREIGN
  }

  private final Map<Part, Presence> things = new EnumMap<>(Part.class);

  /// Parts somebody else has laid hands on.
  private final Set<Part> meddled = EnumSet.noneOf(Part.class);

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private boolean toNew;
  private @Nullable Instant deadline;
  private @Nullable Instant switchedAt;
  private boolean reverted;
  private Duration badNow = Duration.ZERO;
  private Duration longestBad = Duration.ZERO;
  private final Map<Part.Kind, Long> epochs = new EnumMap<>(Part.Kind.class);

  /// When the new version misbehaves, counted from the switch; and when nobody can tell.
  private Span bad = Span.NEVER;

  private Span silent = Span.NEVER;
  private Span slow = Span.NEVER;

  record Span(Duration from, Duration to) {

    static final Span NEVER = new Span(Duration.ZERO, Duration.ZERO);

    boolean holds(Duration at) {
      return at.compareTo(from) >= 0 && at.compareTo(to) < 0;
    }
  }

  void ails(Span misbehaves, Span unreadable) {
    bad = misbehaves;
    silent = unreadable;
  }

  void isSlow(Span so) {
    slow = so;
  }

  Instant now() {
    return now;
  }

  /// Time passes; the router's dead man's switch does not need anybody.
  void advance(Duration time) {
    boolean before = toNew && isBad() && !isSilent();
    now = now.plus(time);
    boolean after = isBad() && !isSilent();
    badNow = before && after ? badNow.plus(time) : Duration.ZERO;
    longestBad = badNow.compareTo(longestBad) > 0 ? badNow : longestBad;
    if (deadline != null && !now.isBefore(deadline)) {
      toNew = false;
      deadline = null;
      reverted = true;
    }
  }

  Presence presence(Part part) {
    return switch (part) {
      case SWITCH -> toNew ? Presence.PRESENT : Presence.ABSENT;
      case SETTLE -> toNew && deadline == null ? Presence.PRESENT : Presence.ABSENT;
      case DRAIN, VERIFY -> Presence.ABSENT;
      case BACKUP, EXPAND, EXPAND_MORE, START, RETIRE, CONTRACT ->
          things.getOrDefault(part, Presence.ABSENT);
    };
  }

  void set(Part part, Presence presence) {
    switch (part) {
      case SWITCH -> route(presence == Presence.PRESENT);
      case SETTLE -> deadline = presence == Presence.PRESENT ? null : deadline;
      case DRAIN, VERIFY -> {}
      case BACKUP, EXPAND, EXPAND_MORE, START, RETIRE, CONTRACT -> things.put(part, presence);
    }
  }

  private void route(boolean there) {
    toNew = there;
    deadline = there ? now.plus(DEAD_MAN) : null;
    if (there) {
      switchedAt = now;
      reverted = false;
    }
  }

  /// Whether the router has gone back by itself since the last switch.
  boolean reverted() {
    return reverted;
  }

  boolean toNew() {
    return toNew;
  }

  /// The conductor lives. No answer where the switch has fired.
  boolean renew() {
    if (toNew && deadline != null) {
      deadline = now.plus(DEAD_MAN);
    }
    return toNew;
  }

  /// @return false when a later conductor has been heard
  boolean admits(Part.Kind where, long epoch) {
    return epochs.merge(where, epoch, Math::max) == epoch;
  }

  boolean isBad() {
    return now(bad);
  }

  boolean isSilent() {
    return now(silent);
  }

  boolean isSlow() {
    return now(slow);
  }

  private boolean now(Span span) {
    return switchedAt != null && span.holds(Duration.between(switchedAt, now));
  }

  /// Null before users were sent to the new version.
  @Nullable Instant switchedAt() {
    return switchedAt;
  }

  /// For how long without a break the new version was bad and anybody could have read it, at worst.
  Duration badFor() {
    return longestBad;
  }

  /// Somebody else's hands.
  void meddle(Part part, Presence presence) {
    meddled.add(part);
    if (part == Part.SWITCH) {
      toNew = false;
      deadline = null;
    } else {
      set(part, presence);
    }
  }

  boolean meddledWith(Part part) {
    return meddled.contains(part);
  }

  /// A person puts away what is in the way.
  void tidy() {
    things.replaceAll((part, p) -> p == Presence.FOREIGN ? Presence.ABSENT : p);
  }

  /// Whether whoever users are sent to can work, as far as nobody else has broken it.
  boolean serves() {
    if (toNew) {
      return there(Part.EXPAND) && there(Part.EXPAND_MORE) && there(Part.START);
    }
    return things.getOrDefault(Part.RETIRE, Presence.ABSENT) == Presence.ABSENT
        && things.getOrDefault(Part.CONTRACT, Presence.ABSENT) == Presence.ABSENT;
  }

  private boolean there(Part part) {
    return presence(part) == Presence.PRESENT || meddledWith(part);
  }
}
