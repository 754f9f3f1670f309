package dev.segue.conductor;

/// Ends whatever a step is waiting for, because the run must go the other way. Caught by the
/// conductor alone.
final class TurnRound extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Event.TakeBackStarted event;

  TurnRound(Event.TakeBackStarted event) {
    super(event.why(), null, false, false);
    this.event = event;
  }

  Event.TakeBackStarted event() {
    return event;
  }
}
