/// A small directory of persons and the members of parliament they are linked to, in two versions
/// that differ in one column's name.
@NullMarked
package dev.segue.examples.members;

import org.jspecify.annotations.NullMarked;
