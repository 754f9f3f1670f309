package dev.segue.testkit;

import org.jspecify.annotations.Nullable;

/// An embedded server that does not do what it was asked; the message carries the server's own last
/// words.
public final class EmbeddedServerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EmbeddedServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
