package dev.segue.conductor;

import org.jspecify.annotations.Nullable;

/// One thing a step sends, shown in the plan.
///
/// @param text SQL, an HTTP request or a command line; never with a secret in it
/// @param lock the strongest lock it takes and on what, or null
/// @param note what it costs or why it is safe, or null
public record Statement(String text, @Nullable String lock, @Nullable String note) {}
