package dev.segue.testkit;

import dev.segue.testkit.EmbeddedRedis.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;

/// Three servers that share the slots in thirds; without replicas but those that are asked for.
public final class EmbeddedRedisCluster implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int SIZE = 3;
  private static final int SLOTS = 16_384;

  private final Options each;
  private final List<EmbeddedRedis> nodes;
  private final List<EmbeddedRedis> replicas = new ArrayList<>();

  private EmbeddedRedisCluster(Options each, List<EmbeddedRedis> nodes) {
    this.each = each;
    this.nodes = List.copyOf(nodes);
  }

  /// @param options of each; a directory or a port named in them is not heeded
  public static EmbeddedRedisCluster open(Options options) {
    Map<String, String> settings = new LinkedHashMap<>(options.settings());
    settings.put("cluster-enabled", "yes");
    settings.putIfAbsent("cluster-node-timeout", "2000");
    Options each = new Options(settings, null, null, options.executable());
    List<EmbeddedRedis> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < SIZE; i++) {
        nodes.add(EmbeddedRedis.open(each));
      }
      EmbeddedRedisCluster cluster = new EmbeddedRedisCluster(each, nodes);
      cluster.join();
      return cluster;
    } catch (EmbeddedServerException e) {
      nodes.forEach(EmbeddedRedis::close);
      throw e;
    }
  }

  private void join() {
    for (int i = 0; i < SIZE; i++) {
      try (Jedis jedis = nodes.get(i).connect()) {
        jedis.clusterAddSlots(IntStream.range(from(i), from(i + 1)).toArray());
        jedis.clusterSetConfigEpoch(i + 1L);
        if (i > 0) {
          jedis.clusterMeet("127.0.0.1", nodes.getFirst().port());
        }
      }
    }
    awaitOk();
  }

  /// One more, that copies a node and takes its place when it dies.
  public EmbeddedRedis replicate(EmbeddedRedis node) {
    EmbeddedRedis replica = EmbeddedRedis.open(each);
    replicas.add(replica);
    try (Jedis there = node.connect();
        Jedis here = replica.connect()) {
      here.clusterMeet("127.0.0.1", node.port());
      awaitOk();
      here.clusterReplicate(there.clusterMyId());
      await(() -> here.info("replication").contains("master_link_status:up"));
    }
    return replica;
  }

  private static int from(int node) {
    return node * SLOTS / SIZE;
  }

  /// Waits until every node knows all slots served: after a node has come back.
  public void awaitOk() {
    List<EmbeddedRedis> all = new ArrayList<>(nodes);
    all.addAll(replicas);
    all.removeIf(node -> !node.isRunning());
    int known = nodes.size() + replicas.size();
    await(() -> all.stream().allMatch(node -> ok(node, known)));
  }

  private static void await(BooleanSupplier met) {
    long until = System.nanoTime() + START.toNanos();
    while (!met.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new EmbeddedServerException("The cluster does not come up.", null);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static boolean ok(EmbeddedRedis node, int known) {
    try (Jedis jedis = node.connect()) {
      String info = jedis.clusterInfo();
      return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + known);
    }
  }

  public List<EmbeddedRedis> nodes() {
    return nodes;
  }

  /// That of any node is as good.
  public String url() {
    return nodes.getFirst().url();
  }

  @Override
  public void close() {
    nodes.forEach(EmbeddedRedis::close);
    replicas.forEach(EmbeddedRedis::close);
  }
}
