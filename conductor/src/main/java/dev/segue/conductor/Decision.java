package dev.segue.conductor;

import java.time.Instant;

/// What is next.
public sealed interface Decision {

  record Perform(String step) implements Decision {}

  record TakeBack(String step) implements Decision {}

  /// Nothing to do before then; the system is live on the new version and can be taken back.
  record Rest(Instant until, String why) implements Decision {}

  /// Everything is done that will be done; to be journaled.
  record End(Outcome outcome) implements Decision {}

  /// The run has ended; nothing is left to do.
  record Over(Outcome outcome) implements Decision {}
}
