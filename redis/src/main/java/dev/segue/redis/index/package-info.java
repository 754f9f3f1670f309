/// Indexes of Redis' query engine: made beside the old one, waited for, switched to, and the old
/// one dropped. Documents are never touched.
@NullMarked
package dev.segue.redis.index;

import org.jspecify.annotations.NullMarked;
