/// Where runs are kept: append-only, hash-chained, one writer at a time.
@NullMarked
package dev.segue.conductor.journal;

import org.jspecify.annotations.NullMarked;
