package dev.segue.conductor;

import dev.segue.change.SegueException;

/// What a step works on has not answered for as long as the step has patience. Thrown only by a
/// step that goes on from where it is when it is begun again: it is then no failure, and nothing is
/// taken back for it; whoever runs the same command later goes on.
public final class OutOfReachException extends SegueException {

  private static final long serialVersionUID = 1L;

  public OutOfReachException(SegueException cause) {
    super(cause.kind(), cause.code(), String.valueOf(cause.getMessage()), cause.remedy(), cause);
  }
}
