package dev.segue.conductor.journal;

import dev.segue.change.SegueException;

/// The journal does not say what was written to it; nothing may be decided from it.
public final class JournalCorruptException extends SegueException {

  /// Out of a run whose journal cannot be read.
  public static final String WAY_OUT =
      "Restore it from a backup. Without one: segue journal change.yaml --set-aside --reason '…'"
          + " begins a run in its place, and segue rollback change.yaml then takes back whatever"
          + " stands. Step by step: docs/reference/journal.md";

  private static final long serialVersionUID = 1L;

  JournalCorruptException(String message, String remedy) {
    super(Kind.EXTERNAL, "journal-corrupt", message, remedy);
  }
}
