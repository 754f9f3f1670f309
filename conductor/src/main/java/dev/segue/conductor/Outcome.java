package dev.segue.conductor;

/// How a run ended for good.
public enum Outcome {
  /// Everything is carried out, the contract included; nothing can be taken back any more.
  DONE,
  /// The system is as it was before the run.
  TAKEN_BACK,
  /// A gate said no; nothing was touched.
  REFUSED
}
