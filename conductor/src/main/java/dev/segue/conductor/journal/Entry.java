package dev.segue.conductor.journal;

import java.time.Instant;

/// One record of a run's journal.
///
/// @param seq from 1, without gaps
/// @param epoch of the lease that wrote it
/// @param at to the microsecond
/// @param version of this form of record, [Chain#VERSION]
/// @param body a JSON object, the exact text that was appended
/// @param previousHash the hash of the record before, [Chain#GENESIS] for the first
/// @param hash over everything else here and the run, see [Chain]
public record Entry(
    long seq,
    long epoch,
    Instant at,
    int version,
    String kind,
    String body,
    String previousHash,
    String hash) {}
