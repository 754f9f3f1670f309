package dev.segue.conductor.journal;

import java.time.Instant;

/// Who holds a lease.
public record Holder(
    String host,
    long pid,
    String user,
    long epoch,
    Instant since,
    Instant heartbeatAt,
    boolean live) {}
