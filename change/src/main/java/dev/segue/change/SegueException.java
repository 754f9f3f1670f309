package dev.segue.change;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The root of everything Segue throws on purpose. It says what happened and, where there is
/// something to do, what to run or change next; whoever catches it adds the state things are in.
public class SegueException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /// Whose business the failure is; it decides the exit code.
  public enum Kind {
    /// Wrong use or bad input.
    USER,
    /// A gate said no.
    REFUSED,
    /// Something outside answered wrongly or not at all: a database, a process, a network.
    EXTERNAL,
    /// No room: disk, memory, ports.
    RESOURCES,
    /// A defect of Segue.
    INTERNAL
  }

  private final Kind kind;
  private final String code;
  private final @Nullable String remedy;

  /// @param code stable, in kebab case, listed in docs/errors.md
  /// @param remedy what to do next, or null when the message says it all
  public SegueException(
      Kind kind, String code, String message, @Nullable String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.code = code;
    this.remedy = remedy;
  }

  public SegueException(Kind kind, String code, String message, @Nullable String remedy) {
    this(kind, code, message, remedy, null);
  }

  /// Never null, unlike its parent's.
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  public Kind kind() {
    return kind;
  }

  public String code() {
    return code;
  }

  public @Nullable String remedy() {
    return remedy;
  }
}
