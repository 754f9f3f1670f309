@NullMarked
package dev.segue.postgres;

import org.jspecify.annotations.NullMarked;
