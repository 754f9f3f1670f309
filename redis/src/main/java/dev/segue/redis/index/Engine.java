package dev.segue.redis.index;

import dev.segue.change.RedisTarget;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The query engine of one Redis; on a cluster any node speaks for all. Not for several threads.
final class Engine implements AutoCloseable {

  /// Of 2.0: the first release that indexes hashes wherever they come from.
  private static final long FIRST_VERSION = 20_000;

  private static final String SKIP_SCAN = "SKIPINITIALSCAN";

  private final Server server;
  private final Node node;

  private Engine(Server server) {
    this.server = server;
    this.node = server.of(null);
  }

  static Engine open(RedisTarget target) {
    return new Engine(Server.open(target));
  }

  /// What a server has that could make indexes.
  sealed interface Kind {
    record Usable(String version) implements Kind {}

    /// @param version as the module says it; 1.x answers OK to an index on hashes, and fills none
    record TooOld(String version) implements Kind {}

    record None() implements Kind {}

    /// @param why the server does not say
    record Unknown(String why) implements Kind {}
  }

  Kind kind() {
    Answer modules = node.all(List.of(Call.of("MODULE", "LIST"))).getFirst();
    if (modules.refusal().isPresent()) {
      return new Kind.Unknown(String.valueOf(modules.refusal().get().getMessage()));
    }
    for (Answer module : modules.parts()) {
      IndexInfo.Pairs pairs = IndexInfo.Pairs.of(module);
      String name = pairs.text("name").toLowerCase(Locale.ROOT);
      if (name.equals("search") || name.equals("ft")) {
        long number = Long.parseLong(pairs.text("ver"));
        String version = "%d.%d.%d".formatted(number / 10_000, number / 100 % 100, number % 100);
        return number >= FIRST_VERSION ? new Kind.Usable(version) : new Kind.TooOld(version);
      }
    }
    return new Kind.None();
  }

  /// Names of indexes; aliases are not among them.
  List<String> indexes() {
    return node.one(Call.of("FT._LIST")).parts().stream()
        .map(index -> Raw.shown(index.words()))
        .toList();
  }

  boolean has(String index) {
    return indexes().contains(index);
  }

  /// @param name of an index or an alias; empty when there is neither
  Optional<IndexInfo> info(String name) {
    Answer answer = node.all(List.of(Call.of("FT.INFO", Raw.of(name)))).getFirst();
    return answer.refusal().isPresent() ? Optional.empty() : Optional.of(IndexInfo.of(answer));
  }

  void create(String name, List<String> definition) {
    List<String> words = new ArrayList<>(List.of(name));
    words.addAll(definition);
    send("FT.CREATE", words);
  }

  /// Lets the engine read a definition, and leaves nothing.
  ///
  /// @return what it says against it
  Optional<String> complaint(String name, List<String> definition) {
    String trial = "segue:trial:" + name;
    if (has(trial)) {
      drop(trial); // whoever asked was killed
    }
    List<String> words = new ArrayList<>(List.of(trial));
    words.addAll(definition);
    // Without a look at the keys that are there.
    if (!upper(words).contains(SKIP_SCAN)) {
      words.add(upper(words).indexOf("SCHEMA"), SKIP_SCAN);
    }
    Answer answer = node.all(List.of(call("FT.CREATE", words))).getFirst();
    if (answer.refusal().isPresent()) {
      return Optional.of(String.valueOf(answer.refusal().get().getMessage()));
    }
    drop(trial);
    return Optional.empty();
  }

  /// The index alone; the keys it was made of stay.
  void drop(String name) {
    send("FT.DROPINDEX", List.of(name));
  }

  /// Has the alias name this index, whatever it named before.
  void alias(String alias, String index) {
    send("FT.ALIASUPDATE", List.of(alias, index));
  }

  void removeAlias(String alias) {
    send("FT.ALIASDEL", List.of(alias));
  }

  private void send(String command, List<String> words) {
    node.one(call(command, words));
  }

  private static Call call(String command, List<String> words) {
    return Call.of(command, words.stream().map(Raw::of).toArray(String[]::new));
  }

  private static List<String> upper(List<String> words) {
    return words.stream().map(word -> word.toUpperCase(Locale.ROOT)).toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
