/// How a change to the schema is carried out online: one short transaction whose effect is written
/// down beside it together with its way back, or one long statement that blocks nobody.
@NullMarked
package dev.segue.postgres.online;

import org.jspecify.annotations.NullMarked;
