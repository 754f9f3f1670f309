/// What a database is made of, as statements that make it again, and scratch databases to make it
/// in.
///
/// [SchemaDefinition] reads the catalogue through the server's own `pg_get_…` functions: pg_dump is
/// often not at hand. What it cannot copy it names.
@NullMarked
package dev.segue.postgres.definition;

import org.jspecify.annotations.NullMarked;
