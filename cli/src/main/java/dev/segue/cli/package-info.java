/// The `segue` command: one class a verb, and the screens they share.
@NullMarked
package dev.segue.cli;

import org.jspecify.annotations.NullMarked;
