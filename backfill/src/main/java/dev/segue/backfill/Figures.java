package dev.segue.backfill;

import dev.segue.conductor.Facts;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a step that gives data a new form says of itself, the same in every store.
///
/// @param items that were converted
/// @param already in the new form
/// @param failed that could not be
/// @param replaced by the default
/// @param conflicts written meanwhile, and read again; null: where a row is locked while it is
///   written, there are none
/// @param worked time at work and at rest
/// @param throttled of it, stopped by a limit
/// @param kept where the old values are, in words
public record Figures(
    long items,
    long already,
    long failed,
    long replaced,
    @Nullable Long conflicts,
    long batches,
    long passes,
    Duration worked,
    Duration throttled,
    String kept) {

  public Facts facts() {
    double seconds = worked.toMillis() / 1000.0;
    Facts facts =
        Facts.of("items", items)
            .with("already", already)
            .with("failed", failed)
            .with("replaced", replaced);
    return (conflicts == null ? facts : facts.with("conflicts", conflicts))
        .with("batches", batches)
        .with("passes", passes)
        .with("seconds", seconds)
        .with("per_second", Math.round(items / Math.max(seconds, 0.001)))
        .with("throttled_ms", throttled.toMillis())
        .with("peak_memory_bytes", peakMemory())
        .with("memory_limit_bytes", Runtime.getRuntime().maxMemory())
        .with("kept", kept);
  }

  /// Of this process's heap.
  private static long peakMemory() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
