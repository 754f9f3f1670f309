package dev.segue.conductor.journal;

import dev.segue.change.SegueException;

/// The journal does not say what was written to it; nothing may be decided from it.
public final class JournalCorruptException extends SegueException {

  private static final long serialVersionUID = 1L;

  JournalCorruptException(String message, String remedy) {
    super(Kind.EXTERNAL, "journal-corrupt", message, remedy);
  }
}
