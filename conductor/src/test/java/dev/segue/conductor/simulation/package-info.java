/// Whole changes carried out in a simulated world, thousands a second, each from a seed.
@NullMarked
package dev.segue.conductor.simulation;

import org.jspecify.annotations.NullMarked;
