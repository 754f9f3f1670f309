/// Whole changes from outside: the command, real servers, real processes.
@NullMarked
package dev.segue.acceptance;

import org.jspecify.annotations.NullMarked;
