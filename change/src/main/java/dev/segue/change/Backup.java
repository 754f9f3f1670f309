package dev.segue.change;

import org.jspecify.annotations.Nullable;

/// What is backed up before the first step; at least one of the two.
public record Backup(@Nullable PostgresBackup postgres, @Nullable RedisBackup redis) {}
