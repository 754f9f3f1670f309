package dev.segue.conductor.journal;

import java.time.Instant;

/// Asked from another terminal.
public record Request(String id, Instant at, String by, String kind, String reason) {}
