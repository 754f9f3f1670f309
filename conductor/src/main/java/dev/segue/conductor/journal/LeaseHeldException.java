package dev.segue.conductor.journal;

import dev.segue.change.SegueException;

/// Another conductor is at it.
public final class LeaseHeldException extends SegueException {
  private static final long serialVersionUID = 1L;

  public LeaseHeldException(String message) {
    super(Kind.REFUSED, "lease-held", message, null);
  }
}
