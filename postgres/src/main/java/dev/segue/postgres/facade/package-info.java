/// Online schema operations: a table's columns under old and new names at once, and the ways there,
/// back and out.
///
/// [FacadePlan] is the pure part: which statements, given the facts of a table. [Facades] is the
/// door for a change's steps and gates.
@NullMarked
package dev.segue.postgres.facade;

import org.jspecify.annotations.NullMarked;
