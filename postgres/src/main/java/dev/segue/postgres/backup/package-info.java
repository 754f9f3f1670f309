/// A backup, taken before the first step and proved by restoring it.
///
/// Two ways behind one step: pg_dump where client tools at least as new as the server are at hand,
/// and a built-in snapshot of the tables the change touches where they are not.
@NullMarked
package dev.segue.postgres.backup;

import org.jspecify.annotations.NullMarked;
