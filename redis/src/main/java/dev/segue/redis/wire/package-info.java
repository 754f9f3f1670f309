/// Talking to a Redis server or cluster: commands in pipelines, sent where their keys are,
/// redirects followed, and what a server refuses by name. What is stored is bytes; here it is
/// [raw][dev.segue.redis.wire.Raw] text, one character a byte, so that nothing is lost on the way.
@NullMarked
package dev.segue.redis.wire;

import org.jspecify.annotations.NullMarked;
