package dev.segue.redis.data;

import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.util.List;
import java.util.function.Consumer;

/// Some of the keys, or all, without a place to go on from. Some are those that SCAN finds first.
/// Its order is that of hashes, so that they say what keys look like before anybody has worked on
/// them; a run works in that same order, so afterwards they say nothing of the others: see [Draw].
///
/// @param about how many keys there are
/// @param whole whether all were looked at
record Survey(long about, long looked, boolean whole) {

  private static final int SCANNED = 1_000;

  /// Of keys that do not match, so many are passed over in a sample.
  private static final int MOST_SCANS_WITHOUT = 50;

  /// @param most at most about so many are looked at; 0: all
  /// @param pages told of each lot of keys
  static Survey of(Server server, List<String> patterns, long most, Consumer<List<String>> pages) {
    int parts = server.primaries().size() * patterns.size();
    long share = most == 0 ? Long.MAX_VALUE : Math.max(1, most / parts);
    Survey sum = new Survey(0, 0, true);
    for (Server.Primary primary : server.primaries()) {
      for (String pattern : patterns) {
        Survey part = part(primary, Raw.of(pattern), share, pages);
        sum = new Survey(sum.about + part.about, sum.looked + part.looked, sum.whole && part.whole);
      }
    }
    return sum;
  }

  private static Survey part(
      Server.Primary primary, String pattern, long most, Consumer<List<String>> pages) {
    String cursor = Checkpoint.START;
    long looked = 0;
    long matching = 0;
    int scans = 0;
    boolean enough = false;
    String count = Integer.toString(SCANNED);
    do {
      List<Answer> page =
          primary.node().one(Call.of("SCAN", cursor, "MATCH", pattern, "COUNT", count)).parts();
      cursor = page.getFirst().words();
      List<String> keys =
          page.getLast().parts().stream()
              .map(Answer::words)
              .filter(key -> !key.startsWith(Names.OWN))
              .toList();
      scans++;
      matching += keys.size();
      List<String> some = keys.subList(0, (int) Math.min(keys.size(), most - looked));
      if (!some.isEmpty()) {
        pages.accept(some);
      }
      looked += some.size();
      boolean sample = most < Long.MAX_VALUE;
      enough = looked >= most || (sample && scans >= MOST_SCANS_WITHOUT && looked == 0);
    } while (!enough && !cursor.equals(Checkpoint.START));
    if (cursor.equals(Checkpoint.START)) {
      return new Survey(matching, looked, looked == matching);
    }
    long all = primary.node().one(Call.of("DBSIZE")).number();
    double about = (double) all * matching / ((long) scans * SCANNED);
    return new Survey(Math.min(all, Math.round(about)), looked, false);
  }
}
