package dev.segue.conductor.journal;

import java.time.Instant;

/// A run that reached an end.
public record Ended(String change, String run, Instant at, String outcome) {}
