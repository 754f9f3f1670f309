package dev.segue.redis.data;

import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.conductor.OutOfReachException;
import dev.segue.conductor.StepContext;
import dev.segue.redis.wire.Server;
import dev.segue.redis.wire.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/// A server that restarts or fails over in the middle of the work is waited for.
///
/// @param patience how long at most
record Attendance(Duration patience) {

  static final Attendance USUAL = new Attendance(Duration.ofMinutes(1));

  private static final Duration BEFORE_CONNECTING_AGAIN = Duration.ofMillis(500);

  /// @throws OutOfReachException when it has not come back
  /// @param work goes on from where it was when it is begun again, at a server opened anew
  <T> T at(RedisTarget target, StepContext context, Function<Server, T> work) {
    Instant until = context.now().plus(patience);
    while (true) {
      Instant began = context.now();
      try (Server server = Server.open(target)) {
        return work.apply(server);
      } catch (SegueException e) {
        if (Duration.between(began, context.now()).compareTo(patience) > 0) {
          until = context.now().plus(patience);
        }
        if (!Trouble.passes(e)) {
          throw e;
        }
        if (context.now().isAfter(until)) {
          throw new OutOfReachException(e);
        }
      }
      context.progress("waiting for Redis", Double.NaN);
      context.pause(BEFORE_CONNECTING_AGAIN);
    }
  }
}
