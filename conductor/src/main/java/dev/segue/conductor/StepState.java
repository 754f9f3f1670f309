package dev.segue.conductor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where one step of a run stands.
///
/// @param forwards when it was last begun and applied
/// @param backwards when it was last begun to be taken back, and was
/// @param adopted its effect was found in place
/// @param facts what applying measured
/// @param takeBackFacts what taking back measured
/// @param trouble why it failed, or null
public record StepState(
    PlannedStep step,
    Status status,
    Span forwards,
    Span backwards,
    boolean adopted,
    Facts facts,
    Facts takeBackFacts,
    @Nullable String trouble) {

  /// The fact under which a step keeps those of its retries.
  public static final String RETRIES = "retries";

  /// A step's life.
  public enum Status {
    PENDING,
    STARTED,
    APPLIED,
    FAILED,
    TAKING_BACK,
    TAKEN_BACK,
    STUCK;

    /// Whether something of it may be in the world.
    public boolean touched() {
      return this != PENDING && this != TAKEN_BACK;
    }
  }

  /// @param began null when it has not
  /// @param ended null while it lasts
  public record Span(@Nullable Instant began, @Nullable Instant ended) {

    static final Span NONE = new Span(null, null);

    static Span from(Instant at) {
      return new Span(at, null);
    }

    Span to(Instant at) {
      return new Span(began, at);
    }
  }

  static StepState pending(PlannedStep step) {
    return new StepState(
        step, Status.PENDING, Span.NONE, Span.NONE, false, Facts.NONE, Facts.NONE, null);
  }

  StepState started(Instant at) {
    return new StepState(
        step, Status.STARTED, Span.from(at), backwards, false, facts, takeBackFacts, null);
  }

  StepState applied(Instant at, boolean found, Facts measured) {
    return new StepState(
        step, Status.APPLIED, forwards.to(at), backwards, found, measured, takeBackFacts, null);
  }

  StepState failed(Instant at, String why) {
    return new StepState(
        step, Status.FAILED, forwards.to(at), backwards, false, facts, takeBackFacts, why);
  }

  /// What each retry measured stands beside what the step itself did.
  StepState retried(Facts measured) {
    List<Object> retries = new ArrayList<>();
    if (facts.values().get(RETRIES) instanceof List<?> earlier) {
      retries.addAll(earlier);
    }
    retries.add(measured.values());
    return new StepState(
        step,
        status,
        forwards,
        backwards,
        adopted,
        facts.with(RETRIES, List.copyOf(retries)),
        takeBackFacts,
        trouble);
  }

  StepState takingBack(Instant at) {
    return new StepState(
        step, Status.TAKING_BACK, forwards, Span.from(at), adopted, facts, takeBackFacts, trouble);
  }

  StepState takenBack(Instant at, Facts measured) {
    return new StepState(
        step, Status.TAKEN_BACK, forwards, backwards.to(at), adopted, facts, measured, trouble);
  }

  StepState stuck(Instant at, String why) {
    return new StepState(
        step, Status.STUCK, forwards, backwards.to(at), adopted, facts, takeBackFacts, why);
  }
}
