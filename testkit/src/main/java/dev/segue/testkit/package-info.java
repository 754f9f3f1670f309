@NullMarked
package dev.segue.testkit;

import org.jspecify.annotations.NullMarked;
