package dev.segue.conductor;

/// The order of steps. A plan is its steps sorted by stage; going back walks it in reverse.
public enum Stage {
  /// Everything that is asked before.
  GATES,
  /// The router stands and the old version serves behind it.
  STAND,
  /// Figures from before, for comparison.
  BASELINE,
  /// A backup, taken and proved.
  BACKUP,
  /// The schema grows: both versions can work.
  EXPAND,
  /// The new version runs beside the old and is healthy.
  START,
  /// What is needed to tell later what the new version wrote.
  MARK,
  /// Traffic goes to the new version; the old one finishes what it has.
  SWITCH,
  /// The old version has no request in flight.
  DRAIN,
  /// Smoke tests.
  VERIFY,
  /// Rules over figures, until the automatic window ends.
  WATCH,
  /// The dead man's switch is disarmed: the new version stays.
  SETTLE,
  /// The old version is stopped. From here on only by `finish` or after the delay.
  RETIRE,
  /// The schema shrinks. Cannot be taken back.
  CONTRACT;

  /// Steps from here on wait for `finish` or for the contract's delay.
  public boolean ending() {
    return compareTo(RETIRE) >= 0;
  }
}
