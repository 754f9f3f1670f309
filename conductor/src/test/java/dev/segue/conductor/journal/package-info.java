@NullMarked
package dev.segue.conductor.journal;

import org.jspecify.annotations.NullMarked;
