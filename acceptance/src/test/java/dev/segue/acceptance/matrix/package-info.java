/// Every operation, applied, taken back, killed and gone on with, and ended for good, while an old
/// and a new client of its table read and write.
@NullMarked
package dev.segue.acceptance.matrix;

import org.jspecify.annotations.NullMarked;
