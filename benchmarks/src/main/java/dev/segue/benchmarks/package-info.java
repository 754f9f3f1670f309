/// Figures that documents may quote, measured as ratios within one run.
@NullMarked
package dev.segue.benchmarks;

import org.jspecify.annotations.NullMarked;
