package dev.segue.conductor;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which way a run is going, and what people have asked of it.
///
/// @param takeBack what turned it round, or null while it goes forwards
/// @param finishRequested the ending steps may go on
/// @param requests ids of the requests already heeded
/// @param outcome null until it has ended
public record Course(
    Event.@Nullable TakeBackStarted takeBack,
    boolean finishRequested,
    Set<String> requests,
    @Nullable Outcome outcome,
    @Nullable Instant endedAt) {

  static final Course FORWARDS = new Course(null, false, Set.of(), null, null);

  public Course {
    requests = Set.copyOf(requests);
  }

  Course turned(Event.TakeBackStarted by) {
    return new Course(by, finishRequested, heeding(by.request()), outcome, endedAt);
  }

  Course finishing(Event.FinishRequested by) {
    return new Course(takeBack, true, heeding(by.request()), outcome, endedAt);
  }

  /// A failed ending step waits for a person to ask again.
  Course waiting() {
    return new Course(takeBack, false, requests, outcome, endedAt);
  }

  Course ended(Outcome how, Instant at) {
    return new Course(takeBack, finishRequested, requests, how, at);
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
