package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Shape;
import dev.segue.conductor.Facts;
import dev.segue.redis.wire.Raw;
import dev.segue.testkit.EmbeddedRedis;
import dev.segue.testkit.EmbeddedRedis.Options;
import dev.segue.testkit.EmbeddedRedisCluster;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.params.MigrateParams;

/// A slot goes to another node while its keys are converted, taken back, and written.
final class MovingSlotTest {

  private static final int MOVING = 300;
  private static final int STAYING = 300;
  private static final String TAG = "m:{a}:";
  private static final int SLOT = Raw.slot(TAG);

  private static EmbeddedRedisCluster cluster;

  @TempDir private Path directory;
  private RedisClusterClient client;

  @BeforeAll
  static void start() {
    cluster = EmbeddedRedisCluster.open(Options.defaults());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void fill() {
    client =
        RedisClusterClient.create(new HostAndPort("127.0.0.1", cluster.nodes().getFirst().port()));
    for (String key : keys()) {
      client.del(key);
      client.hset(key, Map.of("a", "t:1", "b", "T:2"));
    }
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static List<String> keys() {
    return Stream.concat(
            IntStream.range(0, MOVING).mapToObj(i -> TAG + i),
            IntStream.range(0, STAYING).mapToObj(i -> "m:" + i))
        .toList();
  }

  /// Moves the slot, some keys at each call.
  private static final class Move {
    private final Jedis from = owner().connect();
    private final Jedis to = other().connect();
    private final int start;
    private final int some;
    private int calls;
    private boolean over;

    Move(int start, int some) {
      this.start = start;
      this.some = some;
    }

    void on() {
      calls++;
      if (over || calls < start) {
        return;
      }
      if (calls == start) {
        to.clusterSetSlotImporting(SLOT, from.clusterMyId());
        from.clusterSetSlotMigrating(SLOT, to.clusterMyId());
      }
      List<String> keys = from.clusterGetKeysInSlot(SLOT, some);
      if (keys.isEmpty()) {
        String there = to.clusterMyId();
        to.clusterSetSlotNode(SLOT, there);
        from.clusterSetSlotNode(SLOT, there);
        over = true;
      } else {
        int port = to.getClient().getHostAndPort().getPort();
        MigrateParams none = new MigrateParams();
        from.migrate("127.0.0.1", port, 1_000, none, keys.toArray(String[]::new));
      }
    }
  }

  private static Task task(Keep keep) {
    int port = cluster.nodes().getFirst().port();
    return Tasks.task(port, keep, Shape.HASH, Labelled.TWO, Tasks.SKIP, 20);
  }

  private void assertNone(Predicate<String> wrong) {
    assertThat(keys()).filteredOn(wrong).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void missesNoKeyAndLosesNoWrite(Keep keep) throws InterruptedException {
    Move there = new Move(6, 8);
    KeysBackfillStep step = Tasks.step(task(keep));
    Writing writing = new Writing();
    Thread thread = Thread.ofPlatform().start(writing);
    step.apply(new TestContext(directory).atEachCall(there::on));
    writing.over.set(true);
    thread.join();
    new KeysCatchStep(task(keep), Attendance.USUAL)
        .apply(new TestContext(directory).atEachCall(there::on));

    assertThat(there.over).isTrue();
    assertNone(key ->
        !client.hmget(key, "a", "b").equals(List.of(writing.last.getOrDefault(key, "1"), "2")));

    Move back = new Move(6, 8);
    step.takeBack(new TestContext(directory).atEachCall(back::on));

    assertThat(back.over).isTrue();
    // What was written in the new form before the first look stays so.
    assertNone(key -> {
      String last = writing.last.getOrDefault(key, "1");
      List<String> is = client.hmget(key, "a", "b");
      return client.hlen(key) != 2
          || !is.getFirst().matches("([tT]:)?" + last)
          || !is.getLast().equals("T:2");
    });
    for (EmbeddedRedis node : cluster.nodes()) {
      try (Jedis jedis = node.connect()) {
        assertThat(jedis.keys("segue:*")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BESIDE", "ASIDE"})
  void standsStillAsLongAsASlotIsBetweenTwoNodes(Keep keep) {
    Move move = new Move(1, 40);
    while (move.calls < 4) {
      move.on();
    }
    TestContext context = new TestContext(directory);
    context.atEachCall(() -> {
      if (context.said("stands still: number of slots being moved is")) {
        move.on();
      }
    });

    Facts facts = Tasks.step(task(keep)).apply(context);

    assertThat(move.over).isTrue();
    assertThat(facts.number("items")).hasValue((long) MOVING + STAYING);
    assertThat(facts.number("written_meanwhile")).hasValue(0L);
    assertNone(key -> !client.hmget(key, "a", "b").equals(List.of("1", "2")));
    Tasks.step(task(keep)).takeBack(new TestContext(directory));
  }

  private static EmbeddedRedis owner() {
    for (EmbeddedRedis node : cluster.nodes()) {
      try (Jedis jedis = node.connect()) {
        if (jedis.clusterCountKeysInSlot(SLOT) > 0) {
          return node;
        }
      }
    }
    throw new IllegalStateException();
  }

  private static EmbeddedRedis other() {
    EmbeddedRedis owner = owner();
    return cluster.nodes().stream().filter(node -> node != owner).findFirst().orElseThrow();
  }

  private final class Writing implements Runnable {
    final AtomicBoolean over = new AtomicBoolean();
    final Map<String, String> last = new HashMap<>();

    @Override
    public void run() {
      Random random = new Random(5);
      List<String> keys = keys();
      for (int id = 10; !over.get(); id++) {
        String key = keys.get(random.nextInt(keys.size()));
        client.hset(key, "a", random.nextBoolean() ? "T:" + id : "" + id);
        last.put(key, "" + id);
      }
    }
  }
}
