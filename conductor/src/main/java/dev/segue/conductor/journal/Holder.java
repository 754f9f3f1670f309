package dev.segue.conductor.journal;

import java.time.Instant;

/// Who conducts a change, or did when it died.
///
/// @param heartbeatAt when it was last known to be alive
/// @param live false when it has expired or its process is dead: the next to come may take over
public record Holder(
    String host,
    long pid,
    String user,
    long epoch,
    Instant since,
    Instant heartbeatAt,
    boolean live) {}
