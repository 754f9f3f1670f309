/// What a value becomes. Knows no server; nothing here waits or reads a clock.
@NullMarked
package dev.segue.redis.conversion;

import org.jspecify.annotations.NullMarked;
