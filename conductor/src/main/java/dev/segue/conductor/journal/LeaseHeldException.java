package dev.segue.conductor.journal;

import dev.segue.change.SegueException;

/// Another conductor is alive and has this change.
public final class LeaseHeldException extends SegueException {

  private static final long serialVersionUID = 1L;

  private final transient Holder holder;

  LeaseHeldException(String change, Holder holder) {
    super(
        Kind.REFUSED,
        "lease-held",
        "The change "
            + change
            + " is being carried out by process "
            + holder.pid()
            + " of "
            + holder.user()
            + " on "
            + holder.host()
            + " since "
            + holder.since()
            + " (last heard of at "
            + holder.heartbeatAt()
            + ")",
        "Watch it with 'segue status', or ask it to go back with 'segue rollback'. If it has died"
            + " on another machine, its lease runs out within seconds: run this again.");
    this.holder = holder;
  }

  public Holder holder() {
    return holder;
  }
}
