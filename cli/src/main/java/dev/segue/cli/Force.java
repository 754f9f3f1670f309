package dev.segue.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Break-glass: a person insists, with a reason, and both are journaled.
final class Force {

  @Option(
      names = "--force",
      description =
          "Go past what a person may know better, as said above; needs --reason, and is journaled.")
  private boolean given;

  @Mixin private Reason reason;

  /// @throws dev.segue.change.SegueException USER `reason-missing` without a reason
  boolean given() {
    if (reason.text() == null && given) {
      throw Reason.missing("--force needs --reason");
    }
    return given;
  }

  /// @return null when none was given
  @Nullable String reason() {
    return reason.text();
  }
}
