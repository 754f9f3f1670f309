package dev.segue.conductor.journal;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a run: its change and which of that change's runs it is.
record RunId(String change, int number) {

  private static final Pattern CHANGE = Pattern.compile("[a-z0-9][a-z0-9-]{0,49}");
  private static final Pattern RUN = Pattern.compile("(" + CHANGE + ")-([1-9][0-9]{0,8})");

  RunId {
    checkChange(change);
  }

  static Optional<RunId> find(String text) {
    Matcher run = RUN.matcher(text);
    return run.matches()
        ? Optional.of(new RunId(run.group(1), Integer.parseInt(run.group(2))))
        : Optional.empty();
  }

  static RunId of(String text) {
    return find(text).orElseThrow(() -> unknown(text));
  }

  /// Names become paths, so they are not taken on trust.
  static String checkChange(String change) {
    if (!CHANGE.matcher(change).matches()) {
      throw new IllegalArgumentException("not the name of a change: " + change);
    }
    return change;
  }

  static SegueException unknown(String run) {
    return new SegueException(
        Kind.USER,
        "no-such-run",
        "There is no run '" + run + "'",
        "'segue status' names the runs of a change.");
  }

  @Override
  public String toString() {
    return change + "-" + number;
  }
}
