package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Why a person asks for something.
final class Reason {

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; journaled with your name.")
  private @Nullable String text;

  /// @return null when none was given
  /// @throws SegueException USER `reason-missing` when it is blank
  @Nullable String text() {
    if (text != null && text.isBlank()) {
      throw missing("--reason is blank");
    }
    return text;
  }

  static SegueException missing(String what) {
    return new SegueException(
        Kind.USER,
        "reason-missing",
        what + ": it is journaled, for those who ask later",
        "Say why: --reason 'agreed with the DBA'");
  }
}
