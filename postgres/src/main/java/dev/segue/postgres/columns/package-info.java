/// Columns in step: new columns beside old ones, kept the same by a trigger in both directions
/// until the contract.
@NullMarked
package dev.segue.postgres.columns;

import org.jspecify.annotations.NullMarked;
