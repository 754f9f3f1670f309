@NullMarked
package dev.segue.redis.conversion;

import org.jspecify.annotations.NullMarked;
