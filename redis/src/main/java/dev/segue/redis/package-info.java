/// What Segue does in Redis.
@NullMarked
package dev.segue.redis;

import org.jspecify.annotations.NullMarked;
