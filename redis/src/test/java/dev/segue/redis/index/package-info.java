@NullMarked
package dev.segue.redis.index;

import org.jspecify.annotations.NullMarked;
