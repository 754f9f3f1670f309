@NullMarked
package dev.segue.redis.backup;

import org.jspecify.annotations.NullMarked;
