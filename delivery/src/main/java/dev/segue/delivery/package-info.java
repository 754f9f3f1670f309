@NullMarked
package dev.segue.delivery;

import org.jspecify.annotations.NullMarked;
