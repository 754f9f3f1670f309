package dev.segue.conductor.journal;

import java.time.Instant;

/// Word left for the conductor of a run from another terminal.
///
/// @param id chosen by whoever asks; the same id is the same request. Letters, digits, `.`, `_`,
///   `-`
/// @param by who asks
/// @param kind `take-back`, `abort`, `finish`
public record Request(String id, Instant at, String by, String kind, String reason) {}
