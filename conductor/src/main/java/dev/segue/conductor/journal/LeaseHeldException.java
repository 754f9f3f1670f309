package dev.segue.conductor.journal;

import dev.segue.change.SegueException;
import dev.segue.conductor.Moment;

/// Another conductor is alive and has the change.
public final class LeaseHeldException extends SegueException {

  private static final long serialVersionUID = 1L;

  public LeaseHeldException(String message) {
    super(
        Kind.REFUSED,
        "lease-held",
        message,
        "Look with 'segue status'; 'segue rollback', 'segue abort' and 'segue finish' leave word"
            + " for it. If its machine has died, its lease runs out within seconds: try again.");
  }

  static LeaseHeldException by(String change, Holder holder) {
    return new LeaseHeldException(
        "The change "
            + change
            + " is being carried out by process "
            + holder.pid()
            + " of "
            + holder.user()
            + " on "
            + holder.host()
            + " since "
            + Moment.text(holder.since()));
  }
}
