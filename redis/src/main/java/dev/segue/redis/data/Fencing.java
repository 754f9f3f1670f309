package dev.segue.redis.data;

import dev.segue.conductor.FencedException;
import dev.segue.conductor.StepContext;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;

/// A conductor's number, kept beside the data: what carries a smaller one is refused, and so is
/// everything once the number is gone, for then somebody has put all back and left.
record Fencing(Server server, Names names, StepContext context) {

  private static final String CLAIM =
      """
      local is = redis.call('GET', KEYS[1])
      if is and tonumber(is) > tonumber(ARGV[1]) then return 0 end
      redis.call('SET', KEYS[1], ARGV[1])
      return 1
      """;

  private static final String NOTE =
      """
      local is = redis.call('GET', KEYS[1])
      if not is or tonumber(is) > tonumber(ARGV[1]) then return 0 end
      redis.call('HSET', KEYS[2], unpack(ARGV, 2))
      return 1
      """;

  /// From here on what an earlier conductor sends is refused.
  ///
  /// @throws FencedException when a later one has come
  void claim() {
    context.fence().check();
    Call claim = Call.near(names.fence(), "EVAL", CLAIM, "1", names.fence(), epoch());
    if (server.one(claim).number() == 0) {
      throw superseded();
    }
  }

  /// Before something whose keys are not where the number is.
  void check() {
    String is = server.one(Call.at(names.fence(), "GET")).text();
    if (is == null || Long.parseLong(is) > context.fence().epoch()) {
      claim();
    }
  }

  /// Writes down how far a walk came. A server that was started again from an older state knows no
  /// number and is told it anew.
  void note(Checkpoint at, String key) {
    if (server.cluster()) {
      check();
      server.one(at.written(key));
    } else if (server.one(fenced(at, key)).number() == 0) {
      claim();
      server.one(at.written(key));
    }
  }

  private Call fenced(Checkpoint at, String key) {
    List<String> words = new ArrayList<>(List.of(NOTE, "2", names.fence(), key, epoch()));
    words.addAll(at.fields());
    return Call.near(key, "EVAL", words.toArray(String[]::new));
  }

  private String epoch() {
    return Long.toString(context.fence().epoch());
  }

  private static FencedException superseded() {
    return new FencedException("Another conductor changes the keys now; this one has stopped.");
  }
}
