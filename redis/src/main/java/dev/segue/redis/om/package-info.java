/// The layout of Redis OM Python: what it keeps in Redis besides its models' data.
@NullMarked
package dev.segue.redis.om;

import org.jspecify.annotations.NullMarked;
