package dev.segue.change;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where the application's statements come from, to be tried before anything is touched.
///
/// @param oldStatements SQL file of what the old version sends; null: pg_stat_statements where it
///   is installed
/// @param newStatements SQL file of what the new version will send; null: none are known
/// @param enabled false when the change file says `rehearsal: off`
public record Rehearsal(
    boolean enabled, @Nullable Path oldStatements, @Nullable Path newStatements) {}
