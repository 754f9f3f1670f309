@NullMarked
package dev.segue.redis.om;

import org.jspecify.annotations.NullMarked;
