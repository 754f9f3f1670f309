/// How fast to copy beside users: how much at once, how long to rest, what makes it stop, and how
/// long it will take. Knows no store; time is handed in.
@NullMarked
package dev.segue.backfill;

import org.jspecify.annotations.NullMarked;
