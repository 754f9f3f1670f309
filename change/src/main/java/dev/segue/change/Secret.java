package dev.segue.change;

/// Text that must never be printed, logged or journaled: it prints as `***`.
public record Secret(String reveal) {

  @Override
  public String toString() {
    return "***";
  }
}
