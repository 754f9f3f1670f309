package dev.segue.watch;

/// A condition that does not compile.
public final class ConditionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int offset;

  /// @param offset where in the text, counted from 0
  public ConditionException(String message, int offset) {
    super(message);
    this.offset = offset;
  }

  public int offset() {
    return offset;
  }
}
