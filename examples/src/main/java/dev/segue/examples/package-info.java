@NullMarked
package dev.segue.examples;

import org.jspecify.annotations.NullMarked;
