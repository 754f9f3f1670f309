/// Rehearsal: the application's own statements, tried on a scratch copy in every state of the
/// change before anything is touched.
@NullMarked
package dev.segue.postgres.rehearsal;

import org.jspecify.annotations.NullMarked;
