package dev.segue.conductor;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where one step of a run stands.
///
/// @param startedAt when it last began, forwards or backwards
/// @param endedAt when that ended
/// @param facts what applying measured
/// @param takeBackFacts what taking back measured
/// @param trouble why it failed, or null
public record StepState(
    PlannedStep step,
    Status status,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    boolean adopted,
    Facts facts,
    Facts takeBackFacts,
    @Nullable String trouble) {

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

  static StepState pending(PlannedStep step) {
    return new StepState(step, Status.PENDING, null, null, false, Facts.NONE, Facts.NONE, null);
  }

  StepState began(Status now, Instant at) {
    return new StepState(step, now, at, null, false, facts, takeBackFacts, null);
  }

  StepState applied(Instant at, boolean found, Facts measured) {
    return new StepState(step, Status.APPLIED, startedAt, at, found, measured, takeBackFacts, null);
  }

  StepState takenBack(Instant at, boolean found, Facts measured) {
    return new StepState(step, Status.TAKEN_BACK, startedAt, at, found, facts, measured, null);
  }

  StepState troubled(Status now, Instant at, String why) {
    return new StepState(step, now, startedAt, at, false, facts, takeBackFacts, why);
  }
}
