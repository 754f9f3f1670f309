@NullMarked
package dev.segue.report;

import org.jspecify.annotations.NullMarked;
