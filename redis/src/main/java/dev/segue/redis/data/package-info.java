/// Keys of Redis get a new form while they are used, and the old one back: batch by batch, each
/// written by a script that compares before it sets.
@NullMarked
package dev.segue.redis.data;

import org.jspecify.annotations.NullMarked;
