package dev.segue.redis.data;

import dev.segue.backfill.Failures;
import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Stored;
import dev.segue.redis.data.Script.Item;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import dev.segue.redis.wire.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/// Carries a batch of keys through: read, decided, written; what was written meanwhile, once more.
final class Carrier {

  private static final int ROUNDS = 10;

  private static final Conversion.Failed EMPTY =
      new Conversion.Failed(
          "", "", "would-be-empty", "no field would be left, and Redis deletes such a key");

  /// What is to be done with a value. Pure: it is asked by several threads.
  @FunctionalInterface
  interface Decision {
    Turning.Move of(Look look);
  }

  private final Server server;
  private final Names names;
  private final Shape shape;
  private final Reader reader;
  private final Writer writer;
  private final Failures failures;
  private final boolean listed;

  /// @param listed whether bad keys are listed in Redis, too: to be tried again on the way there
  Carrier(
      Server server,
      Names names,
      Shape shape,
      Reader reader,
      Writer writer,
      Failures failures,
      boolean listed) {
    this.server = server;
    this.names = names;
    this.shape = shape;
    this.reader = reader;
    this.writer = writer;
    this.failures = failures;
    this.listed = listed;
  }

  /// @param unread keys that have yet to be read with what is kept of them
  /// @param others how many keys hold something else
  /// @param took how long reading them took
  record Decided(List<Choice> choices, List<String> unread, int others, Duration took) {

    static final Decided NOTHING = new Decided(List.of(), List.of(), 0, Duration.ZERO);

    /// What has to be changed must be read with what is kept of it.
    Decided inFull() {
      List<Choice> rests = new ArrayList<>();
      List<String> changing = new ArrayList<>();
      for (Choice choice : choices) {
        if (choice.move() instanceof Turning.Rest) {
          rests.add(choice);
        } else {
          changing.add(choice.look().key());
        }
      }
      return new Decided(rests, changing, others, took);
    }
  }

  /// What is to be done with what was read.
  record Choice(Look look, Turning.Move move) {}

  static Decided decided(Reader.Read read, Decision decision) {
    return new Decided(
        read.looks().stream().map(look -> new Choice(look, decision.of(look))).toList(),
        List.of(),
        read.others(),
        read.took());
  }

  /// What is to be written.
  private record Prepared(Look look, Item item, Turning.Write write) {

    /// Whether all its fields that are known go.
    boolean bare() {
      return write.now() instanceof Stored.Hash after && after.fields().isEmpty() && fields() > 0;
    }

    /// How many of the fields that are known it has.
    long fields() {
      return look.values().stream().filter(Objects::nonNull).count();
    }
  }

  /// What was counted while a batch is carried through.
  private static final class Count {
    long items;
    long already;
    long failed;
    long replaced;
    long conflicts;
    long others;
    long held;
  }

  /// Time at work is that of the scripts.
  ///
  /// @param decided from what was read of the keys a moment ago
  /// @param converted what an earlier try of this pass did counts as done now
  Tally carry(List<String> keys, Decided decided, Decision decision, boolean converted) {
    Count count = new Count();
    List<String> todo = new ArrayList<>(round(decided, converted, count));
    count.conflicts += todo.size();
    todo.addAll(decided.unread());
    for (int round = 1; round < ROUNDS && !todo.isEmpty(); round++) {
      Set<String> gone = Set.copyOf(reader.gone(todo));
      List<String> there = todo.stream().filter(key -> !gone.contains(key)).toList();
      if (there.isEmpty()) {
        todo = there;
      } else {
        todo = round(decided(reader.read(there, Reader.Kept.READ), decision), converted, count);
      }
      count.conflicts += todo.size();
    }
    failures.looked(keys.size());
    return new Tally(
        keys.size(),
        count.items,
        count.already,
        count.failed,
        count.replaced,
        count.conflicts,
        todo.size(),
        count.others,
        count.held,
        1,
        writer.scripts(),
        Duration.ZERO);
  }

  private List<String> round(Decided decided, boolean converted, Count count) {
    Map<String, Prepared> prepared = prepared(decided, converted, count);
    if (listed && shape.hash()) {
      refuseEmpty(prepared, count);
    }
    if (prepared.isEmpty()) {
      return List.of();
    }
    List<Item> items = prepared.values().stream().map(Prepared::item).toList();
    List<String> again =
        writer.write(
            items,
            (item, refusal) -> {
              refused(prepared.remove(item.key()), refusal);
              count.failed++;
            });
    again.forEach(prepared::remove);
    prepared.values().forEach(done -> count(done.write(), count));
    return again;
  }

  private Map<String, Prepared> prepared(Decided decided, boolean converted, Count count) {
    count.others += decided.others();
    Map<String, Prepared> prepared = new HashMap<>();
    for (Choice choice : decided.choices()) {
      Look look = choice.look();
      switch (choice.move()) {
        case Turning.Rest rest -> {
          count.items += rest.ours() && converted ? 1 : 0;
          count.already += rest.ours() && converted ? 0 : 1;
          count.held += look.kept() == null ? 0 : 1;
        }
        case Turning.Bad bad -> {
          bad(look, bad.failed());
          count.failed++;
          count.held += look.kept() == null ? 0 : 1;
        }
        case Turning.Write write -> {
          if (write.failed() != null) {
            bad(look, write.failed());
            count.failed++;
          }
          prepared.put(look.key(), prepared(look, write));
        }
      }
    }
    return prepared;
  }

  /// Redis deletes a hash with its last field, and its expiry with it: nobody who walks over keys
  /// would find it again to give it anything back. What Segue keeps in it does not count: it goes.
  private void refuseEmpty(Map<String, Prepared> prepared, Count count) {
    List<Prepared> bare = prepared.values().stream().filter(Prepared::bare).toList();
    List<Call> calls = new ArrayList<>();
    for (Prepared one : bare) {
      calls.add(Call.at(one.look().key(), "HLEN"));
      calls.add(Call.at(one.look().key(), "HEXISTS", names.sibling()));
    }
    List<Answer> answers = calls.isEmpty() ? List.of() : server.all(calls);
    for (int i = 0; i < bare.size(); i++) {
      Prepared one = bare.get(i);
      long all = number(answers.get(2 * i)) - number(answers.get(2 * i + 1));
      if (all > 0 && all <= one.fields()) {
        prepared.remove(one.look().key());
        bad(one.look(), EMPTY);
        count.failed++;
      }
    }
  }

  /// None where the key holds something else by now: the script will say so.
  private long number(Answer answer) {
    JedisDataException refusal = answer.refusal().orElse(null);
    if (refusal != null && !String.valueOf(refusal.getMessage()).startsWith("WRONGTYPE")) {
      throw Trouble.of(server.target(), refusal);
    }
    return answer.said() instanceof Long n ? n : 0;
  }

  private static void count(Turning.Write write, Count count) {
    count.items += write.counts() ? 1 : 0;
    count.already += write.counts() ? 0 : 1;
    count.replaced += write.replaced();
    count.held += write.kept() == null ? 0 : 1;
  }

  private Prepared prepared(Look look, Turning.Write write) {
    String kept = write.kept() == null ? null : shape.packed(write.kept());
    var now = write.now() == null ? look.values() : shape.values(write.now());
    return new Prepared(look, writer.item(look, now, kept), write);
  }

  private void refused(@Nullable Prepared one, JedisDataException refusal) {
    String said = String.valueOf(refusal.getMessage());
    bad(Objects.requireNonNull(one).look(), new Conversion.Failed("", "", "refused", said));
  }

  /// On the way back what is kept will be gone: the line in the file is all that is left of it.
  private void bad(Look look, Conversion.Failed failed) {
    String kept = listed || look.old() == null ? null : Turning.shown(look.old());
    Failures.Failed one =
        new Failures.Failed(
            Raw.shown(look.key()),
            failed.field(),
            failed.value(),
            failed.code(),
            failed.reason(),
            kept);
    if (listed) {
      new FailedKeys(server, names).add(look.key(), one);
    }
    failures.record(one);
  }

  /// The same, of keys that have not been read.
  Tally carry(List<String> keys, Decision decision) {
    return carry(keys, decided(reader.read(keys, Reader.Kept.READ), decision), decision, false);
  }
}
