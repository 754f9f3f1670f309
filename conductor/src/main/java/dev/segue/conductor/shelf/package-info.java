/// Where backups stand: each in a directory of its own, labelled with what it is and what its files
/// must still be when they are wanted.
@NullMarked
package dev.segue.conductor.shelf;

import org.jspecify.annotations.NullMarked;
