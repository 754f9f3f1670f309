/// Locks: short ones that give way, and who stands in the way of them.
@NullMarked
package dev.segue.postgres.locking;

import org.jspecify.annotations.NullMarked;
