/// What a change's `schema` section asks for, operation by operation: the door to everything that
/// changes a schema.
@NullMarked
package dev.segue.postgres.schema;

import org.jspecify.annotations.NullMarked;
