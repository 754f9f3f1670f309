package dev.segue.change;

import java.time.Duration;

/// When the one step that cannot be taken back may come.
///
/// @param after time since the switch after which it is due without anybody asking
public record Contract(Duration after) {}
