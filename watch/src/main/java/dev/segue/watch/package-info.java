/// Watching: where figures come from, when a rule over them counts as broken, and the verdict.
///
/// The judging is pure; only sources reach the world.
@NullMarked
package dev.segue.watch;

import org.jspecify.annotations.NullMarked;
