/// Copying within a table while it is used, and comparing what was copied: in batches along a key,
/// each of which notes in its own transaction how far it came.
@NullMarked
package dev.segue.postgres.backfill;

import org.jspecify.annotations.NullMarked;
