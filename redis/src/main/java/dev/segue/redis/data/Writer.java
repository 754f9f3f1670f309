package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.conductor.StepContext;
import dev.segue.redis.data.Script.Item;
import dev.segue.redis.data.Script.Terms;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Server;
import dev.segue.redis.wire.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/// Writes what was decided, by the script, where nothing has changed meanwhile.
final class Writer {

  /// Said of the whole server, whatever the batch.
  private static final Set<String> NOT_ABOUT_THE_BATCH =
      Set.of(
          "redis-unreachable",
          "redis-loading",
          "redis-no-auth",
          "redis-read-only",
          "redis-out-of-memory",
          "redis-misconf",
          "redis-no-permission",
          "redis-scripts-forbidden",
          "redis-busy");

  private final Server server;
  private final Names names;
  private final Keep keep;
  private final Script script;
  private final StepContext context;
  private final Fencing fencing;
  private long scripts;

  Writer(Server server, Names names, Shape shape, Keep keep, StepContext context) {
    this.server = server;
    this.names = names;
    this.keep = keep;
    this.context = context;
    this.fencing = new Fencing(server, names, context);
    List<String> fields = new ArrayList<>(shape.fields());
    if (keep == Keep.BESIDE) {
      fields.add(names.sibling());
    }
    this.script = Script.of(shape.kind(), fields);
  }

  /// Where nothing is kept yet, what is kept from now on is the very value that is compared: only
  /// we would have kept another meanwhile, and we are fenced.
  Item item(Look look, List<@Nullable String> now, @Nullable String kept) {
    if (keep != Keep.BESIDE) {
      return new Item(look.key(), look.values(), now, look.kept(), kept);
    }
    boolean first = look.kept() == null && kept != null;
    List<@Nullable String> is = first ? look.values() : and(look.values(), look.kept());
    return new Item(look.key(), is, and(now, kept), null, null);
  }

  private static List<@Nullable String> and(List<@Nullable String> values, @Nullable String one) {
    List<@Nullable String> all = new ArrayList<>(values);
    all.add(one);
    return all;
  }

  /// @param refused told of each that the server refuses by itself, and why
  /// @return the keys of those that are not any more what they were when they were read
  List<String> write(List<Item> items, BiConsumer<Item, JedisDataException> refused) {
    context.fence().check();
    if (server.cluster()) {
      fencing.check();
    }
    List<String> changed = new ArrayList<>();
    shares(items)
        .forEach((share, its) ->
            together(its).forEach(some -> write(share.node(), some, changed, refused)));
    return changed;
  }

  /// How long scripts have taken since this was last asked.
  Duration scripts() {
    Duration took = Duration.ofNanos(scripts);
    scripts = 0;
    return took;
  }

  /// Of the items those that one script may be given.
  private record Share(Node node, int compared) {}

  private Map<Share, List<Item>> shares(List<Item> items) {
    Map<Share, List<Item>> shares = new LinkedHashMap<>();
    for (Item item : items) {
      Share share = new Share(server.of(item.key()), item.is().size());
      shares.computeIfAbsent(share, _ -> new ArrayList<>()).add(item);
    }
    return shares;
  }

  private static List<List<Item>> together(List<Item> items) {
    List<List<Item>> all = new ArrayList<>();
    List<Item> some = new ArrayList<>();
    long sum = 0;
    for (Item item : items) {
      long size = size(item);
      if (sum + size > Reader.BIG && !some.isEmpty()) {
        all.add(some);
        some = new ArrayList<>();
        sum = 0;
      }
      some.add(item);
      sum += size;
    }
    all.add(some);
    return all;
  }

  private static long size(Item item) {
    long size = item.kept() == null ? 0 : item.kept().length();
    for (String value : item.is()) {
      size += value == null ? 0 : value.length();
    }
    for (String value : item.now()) {
      size += value == null ? 0 : value.length();
    }
    return size;
  }

  /// One that is refused as a whole is split, down to the key.
  private void write(
      Node node,
      List<Item> items,
      List<String> changed,
      BiConsumer<Item, JedisDataException> refused) {
    boolean alone = items.size() == 1;
    boolean declared = !server.cluster() || alone;
    Terms terms =
        new Terms(
            keep == Keep.ASIDE ? names : null,
            server.cluster() ? null : names.fence(),
            context.fence().epoch(),
            declared);
    long began = System.nanoTime();
    Answer answer = script.run(node, terms, items);
    scripts += System.nanoTime() - began;
    JedisDataException refusal = answer.refusal().orElse(null);
    if (refusal == null) {
      answer.parts().forEach(n -> changed.add(items.get((int) n.number() - 1).key()));
      return;
    }
    if (String.valueOf(refusal.getMessage()).contains(Script.FENCED)) {
      // Superseded; or the server was started again from an older state, and has to be looked at
      // anew.
      fencing.claim();
      items.forEach(item -> changed.add(item.key()));
      return;
    }
    SegueException trouble = Trouble.of(server.target(), refusal);
    boolean down = String.valueOf(refusal.getMessage()).startsWith("CLUSTERDOWN");
    if (down || NOT_ABOUT_THE_BATCH.contains(trouble.code())) {
      throw trouble;
    }
    if (!alone) {
      int half = items.size() / 2;
      write(node, items.subList(0, half), changed, refused);
      write(node, items.subList(half, items.size()), changed, refused);
    } else if (trouble.code().equals("redis-cluster-down")) {
      // It has moved to another node, which is found when it is read again.
      server.refresh();
      changed.add(items.getFirst().key());
    } else {
      refused.accept(items.getFirst(), refusal);
    }
  }
}
