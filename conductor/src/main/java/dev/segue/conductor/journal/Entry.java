package dev.segue.conductor.journal;

import java.time.Instant;

/// One record.
public record Entry(
    long seq,
    long epoch,
    Instant at,
    int version,
    String kind,
    String body,
    String previousHash,
    String hash) {}
