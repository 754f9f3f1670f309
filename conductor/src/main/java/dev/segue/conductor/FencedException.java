package dev.segue.conductor;

import dev.segue.change.SegueException;

/// Another conductor has taken over; this one may not touch anything any more.
public final class FencedException extends SegueException {

  private static final long serialVersionUID = 1L;

  public FencedException(String message) {
    super(
        Kind.EXTERNAL,
        "fenced",
        message,
        "Look with 'segue status'; when nobody goes on with it, run the same command.");
  }
}
