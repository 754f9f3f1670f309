package dev.segue.change;

/// Why a text does not fit where it stands. The message goes on from the quoted text ("is no
/// duration: …") and never repeats it: filled in, the text may be secret.
final class Misfit extends Exception {

  private static final long serialVersionUID = 1L;

  private final String why;

  Misfit(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  String why() {
    return why;
  }
}
