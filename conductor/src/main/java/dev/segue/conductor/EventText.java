package dev.segue.conductor;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Events as JSON and back. The names here, and those of the records' components, are a durable
/// format: they are added to, never changed.
public final class EventText {

  private static final Map<String, Class<? extends Event>> KINDS =
      Map.ofEntries(
          Map.entry("run-started", Event.RunStarted.class),
          Map.entry("conductor-changed", Event.ConductorChanged.class),
          Map.entry("step-started", Event.StepStarted.class),
          Map.entry("step-applied", Event.StepApplied.class),
          Map.entry("step-failed", Event.StepFailed.class),
          Map.entry("drifted", Event.Drifted.class),
          Map.entry("rules-moved", Event.RulesMoved.class),
          Map.entry("rule-breached", Event.RuleBreached.class),
          Map.entry("watch-ended", Event.WatchEnded.class),
          Map.entry("take-back-started", Event.TakeBackStarted.class),
          Map.entry("step-taking-back", Event.StepTakingBack.class),
          Map.entry("step-taken-back", Event.StepTakenBack.class),
          Map.entry("take-back-failed", Event.TakeBackFailed.class),
          Map.entry("finish-requested", Event.FinishRequested.class),
          Map.entry("pace-ordered", Event.PaceOrdered.class),
          Map.entry("retry-started", Event.RetryStarted.class),
          Map.entry("retried", Event.Retried.class),
          Map.entry("retry-failed", Event.RetryFailed.class),
          Map.entry("ended", Event.Ended.class));

  /// Unknown fields are skipped, so that a journal written by a newer Segue of the same version can
  /// be read; those an older one did not know are null or false.
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private EventText() {}

  public static String kind(Event event) {
    return KINDS.entrySet().stream()
        .filter(e -> e.getValue() == event.getClass())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  public static String body(Event event) {
    return JSON.writeValueAsString(event);
  }

  /// @throws IllegalArgumentException when the kind is unknown or the body is not what it should be
  public static Event parse(String kind, String body) {
    Class<? extends Event> type = KINDS.get(kind);
    if (type == null) {
      throw new IllegalArgumentException(
          "unknown kind '" + kind + "'; known are " + new TreeMap<>(KINDS).keySet());
    }
    try {
      return JSON.readValue(body, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("bad " + kind + " record: " + e.getOriginalMessage(), e);
    }
  }
}
