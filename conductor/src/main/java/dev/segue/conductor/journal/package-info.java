/// Where runs are written down: a hash-chained, append-only journal with one writer at a time.
///
/// [Home] is the door; [PostgresHome] and [FileHome] are the two places behind it.
@NullMarked
package dev.segue.conductor.journal;

import org.jspecify.annotations.NullMarked;
