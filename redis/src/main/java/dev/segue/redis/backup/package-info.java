/// A snapshot of Redis as a replica gets it, proved by a server that loads it, and its keys put
/// back.
@NullMarked
package dev.segue.redis.backup;

import org.jspecify.annotations.NullMarked;
