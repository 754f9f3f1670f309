@NullMarked
package dev.segue.change;

import org.jspecify.annotations.NullMarked;
