package dev.segue.conductor;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which way a run is going, and what people have asked of it.
///
/// @param takeBack what turned it round, or null while it goes forwards
/// @param finish who asked for the ending steps, or null while nobody has
/// @param requests ids of the requests already heeded
/// @param pacing what they have asked of its pace
/// @param outcome null until it has ended
public record Course(
    Event.@Nullable TakeBackStarted takeBack,
    Event.@Nullable FinishRequested finish,
    Set<String> requests,
    Pacing pacing,
    @Nullable Outcome outcome,
    @Nullable Instant endedAt) {

  static final Course FORWARDS = new Course(null, null, Set.of(), Pacing.NONE, null, null);

  public Course {
    requests = Set.copyOf(requests);
  }

  /// Whether the ending steps may go on.
  public boolean finishRequested() {
    return finish != null;
  }

  /// Whether somebody insists on ending steps that would otherwise be refused.
  public boolean forced() {
    return finish != null && finish.forced();
  }

  /// The way back is not held up by what was asked of the way forward.
  Course turned(Event.TakeBackStarted by) {
    return new Course(by, finish, heeding(by.request()), pacing.goingOn(), outcome, endedAt);
  }

  Course finishing(Event.FinishRequested by) {
    return new Course(takeBack, by, heeding(by.request()), pacing, outcome, endedAt);
  }

  /// A failed ending step waits for a person to ask again.
  Course waiting() {
    return new Course(takeBack, null, requests, pacing, outcome, endedAt);
  }

  Course paced(Event.PaceOrdered by, Instant at) {
    return new Course(
        takeBack, finish, heeding(by.request()), pacing.after(by, at), outcome, endedAt);
  }

  Course ended(Outcome how, Instant at) {
    return new Course(takeBack, finish, requests, pacing, how, at);
  }

  private Set<String> heeding(@Nullable String request) {
    if (request == null) {
      return requests;
    }
    Set<String> more = new TreeSet<>(requests);
    more.add(request);
    return more;
  }
}
