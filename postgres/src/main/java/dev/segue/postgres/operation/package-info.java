/// One class for each operation that is a short transaction or a long statement; those that keep
/// columns in step are in [dev.segue.postgres.columns].
@NullMarked
package dev.segue.postgres.operation;

import org.jspecify.annotations.NullMarked;
