package dev.segue.conductor;

/// A person insists on going past what gates advise against.
record BreakGlass(String by, String reason) {}
