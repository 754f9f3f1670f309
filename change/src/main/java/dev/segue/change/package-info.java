/// The change file: what a team writes down before it touches a live system.
///
/// Records only; nothing here reaches the world beyond the file itself. [ChangeFile] reads one, and
/// every error it finds names file, line and column.
@NullMarked
package dev.segue.change;

import org.jspecify.annotations.NullMarked;
