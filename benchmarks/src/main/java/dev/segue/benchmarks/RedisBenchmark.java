package dev.segue.benchmarks;

import dev.segue.conductor.Facts;
import dev.segue.testkit.EmbeddedRedis;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;
import tools.jackson.databind.json.JsonMapper;

/// Converting a million hashes: how fast against one key at a time and against plain pipelines, and
/// what users notice. Everything in one run, by turns; medians, as ratios.
final class RedisBenchmark {

  private static final PrintStream OUT = System.out;
  private static final String IDLE = "idle";

  /// What is done one at a time takes so long that a part of the keys must do.
  private static final int PART = 20;

  /// Redis OM's tool notes what is done after so many keys.
  private static final int NOTED = 100;

  private final Members members;
  private final BackfillBenchmark.Options options;

  private RedisBenchmark(Members members, BackfillBenchmark.Options options) {
    this.members = members;
    this.options = options;
  }

  static void run(BackfillBenchmark.Options options) {
    try (EmbeddedRedis server = Members.server()) {
      Members members = new Members(server.port());
      if (options.only().equals("redis-memory")) {
        RedisMemory.measure(members, options.keys());
        return;
      }
      RedisBenchmark benchmark = new RedisBenchmark(members, options);
      if (!options.only().equals("redis-users")) {
        benchmark.speed();
      }
      if (!options.only().equals("redis-speed")) {
        benchmark.users();
      }
    }
  }

  private interface Work {

    /// @return how many keys it has converted
    long run();
  }

  private record Contestant(String name, Work work) {}

  private void speed() {
    String ours = "Segue, full pace: compare and set, way back kept";
    List<Contestant> contestants =
        List.of(
            new Contestant("one key at a time, HGETALL and HSET", this::oneAtATime),
            new Contestant("the same with what Redis OM's tool does besides", this::asRedisOm),
            new Contestant("pipelines of 500, HMGET and HSET", () -> pipelines(false)),
            new Contestant("the same, way back kept", () -> pipelines(true)),
            new Contestant(ours, this::segue));
    Map<String, List<Double>> perSecond = new LinkedHashMap<>();
    Map<String, List<Double>> busy = new LinkedHashMap<>();
    Cpu cpu = members.cpu();
    // The first round warms up.
    for (int round = 0; round <= options.rounds(); round++) {
      for (Contestant contestant : contestants) {
        members.anew(options.keys());
        double busyBefore = cpu.seconds();
        long began = System.nanoTime();
        long done = contestant.work().run();
        double rate = done / ((System.nanoTime() - began) / 1e9);
        double busyFor = (cpu.seconds() - busyBefore) / done * 1e6;
        if (done >= options.keys() && members.left(options.keys()) > 0) {
          throw new IllegalStateException(contestant.name() + " left keys behind");
        }
        if (round > 0) {
          perSecond.computeIfAbsent(contestant.name(), _ -> new ArrayList<>()).add(rate);
          busy.computeIfAbsent(contestant.name(), _ -> new ArrayList<>()).add(busyFor);
        }
      }
    }
    OUT.printf(
        "%,d hashes, ISO text to epoch, median of %d rounds by turns%n",
        options.keys(), options.rounds());
    OUT.printf(
        "| | keys/s | against one at a time | each round | Segue against it | processor seconds a"
            + " million keys |%n");
    OUT.printf("| --- | --- | --- | --- | --- | --- |%n");
    List<Double> ones = perSecond.getOrDefault(contestants.getFirst().name(), List.of());
    double segue = BackfillBenchmark.median(perSecond.getOrDefault(ours, List.of()));
    perSecond.forEach((name, rates) -> {
      double median = BackfillBenchmark.median(rates);
      OUT.printf(
          "| %s | %,.0f | %.1f | %s | %.2f | %.1f |%n",
          name,
          median,
          median / BackfillBenchmark.median(ones),
          each(rates, ones),
          segue / median,
          BackfillBenchmark.median(busy.getOrDefault(name, List.of())));
    });
  }

  private static String each(List<Double> rates, List<Double> ones) {
    List<String> each = new ArrayList<>();
    for (int i = 0; i < rates.size(); i++) {
      each.add("%.1f".formatted(rates.get(i) / ones.get(i)));
    }
    return String.join(" ", each);
  }

  private long segue() {
    Facts facts = members.backfill("full").apply(new RunContext());
    OUT.printf("  Segue: %s%n", facts.values());
    return facts.number("items").orElse(0L);
  }

  private interface Page {
    void work(Jedis jedis, List<String> keys);
  }

  private long scanned(long most, Page page) {
    try (Jedis scan = members.connect();
        Jedis work = members.connect()) {
      ScanParams params = new ScanParams().match(Members.PREFIX + "*").count(Members.BATCH);
      String cursor = ScanParams.SCAN_POINTER_START;
      long done = 0;
      do {
        ScanResult<String> found = scan.scan(cursor, params);
        cursor = found.getCursor();
        page.work(work, found.getResult());
        done += found.getResult().size();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START) && done < most);
      return done;
    }
  }

  private long oneAtATime() {
    return scanned(
        options.keys() / PART,
        (jedis, keys) ->
            keys.forEach(key ->
                jedis.hset(
                    key,
                    Map.of(
                        "joined", Members.epoch(jedis.hgetAll(key).getOrDefault("joined", ""))))));
  }

  /// Scans in tens and asks for the type, and every hundred keys writes down the names of all that
  /// are done: what that costs grows with their square, so that a part of the keys flatters it.
  private long asRedisOm() {
    try (Jedis jedis = members.connect()) {
      List<String> keys = names(jedis);
      JsonMapper json = JsonMapper.shared();
      List<String> done = new ArrayList<>();
      for (String key : keys.subList(0, options.keys() / PART)) {
        String old = jedis.hgetAll(key).getOrDefault("joined", "");
        jedis.hset(key, Map.of("joined", Members.epoch(old)));
        done.add(key);
        if (done.size() % NOTED == 0) {
          jedis.set(
              "redis_om:migration_state:001",
              json.writeValueAsString(Map.of("processed_keys", done)),
              new SetParams().ex(Duration.ofDays(1).toSeconds()));
        }
      }
      return done.size();
    }
  }

  private List<String> names(Jedis jedis) {
    List<String> names = new ArrayList<>();
    ScanParams params = new ScanParams().match(Members.PREFIX + "*");
    String cursor = ScanParams.SCAN_POINTER_START;
    // As many as are worked on, so that both are measured on the same share.
    do {
      ScanResult<String> found = jedis.scan(cursor, params, "hash");
      cursor = found.getCursor();
      names.addAll(found.getResult());
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START) && names.size() < options.keys() / PART);
    return names;
  }

  private long pipelines(boolean kept) {
    return scanned(
        Long.MAX_VALUE,
        (jedis, keys) -> {
          Pipeline pipeline = jedis.pipelined();
          List<Response<List<String>>> was =
              keys.stream().map(key -> pipeline.hmget(key, "joined")).toList();
          pipeline.sync();
          for (int i = 0; i < keys.size(); i++) {
            String old = was.get(i).get().getFirst();
            Map<String, String> now =
                kept
                    ? Map.of("joined", Members.epoch(old), "kept:joined", old)
                    : Map.of("joined", Members.epoch(old));
            pipeline.hset(keys.get(i), now);
          }
          pipeline.sync();
        });
  }

  private void users() {
    Map<String, List<double[]>> figures = new LinkedHashMap<>();
    for (int round = 0; round < options.rounds(); round++) {
      options.paces().forEach(pace -> against(pace, figures));
    }
    OUT.printf(
        "%nforeground of %,d GET/s, %d rounds of %d s%n",
        options.perSecond(), options.rounds(), options.seconds());
    OUT.printf("| pace | p50 | p99 | max | p99 idle | p99 against idle, each round | median |%n");
    OUT.printf("| --- | --- | --- | --- | --- | --- | --- |%n");
    figures.forEach((name, rounds) ->
        OUT.printf(
            "| %s | %.2f ms | %.2f ms | %.1f ms | %.2f ms | %s | %.2f |%n",
            name,
            median(rounds, 0),
            median(rounds, 1),
            median(rounds, 2),
            median(rounds, 3),
            String.join(" ", rounds.stream().map(r -> "%.2f".formatted(r[1] / r[3])).toList()),
            BackfillBenchmark.median(rounds.stream().map(r -> r[1] / r[3]).toList())));
  }

  private static double median(List<double[]> rounds, int figure) {
    return BackfillBenchmark.median(rounds.stream().map(r -> r[figure]).toList());
  }

  /// Converting goes on and is held by turns of a second, so that what else the machine does falls
  /// on both alike.
  private void against(String pace, Map<String, List<double[]>> figures) {
    members.anew(options.keys());
    RunContext context = new RunContext();
    context.hold(true);
    try (Foreground load = new Foreground(members, options.perSecond())) {
      Foreground.sleep(Duration.ofSeconds(3));
      CompletableFuture<Void> converting =
          Foreground.beside(() -> members.backfill(pace).apply(context));
      for (int turn = 0; turn < options.seconds() && !converting.isDone(); turn++) {
        boolean held = turn % 2 == 0;
        context.hold(held);
        Foreground.sleep(Duration.ofMillis(100));
        load.phase(held ? IDLE : pace);
        Foreground.sleep(Duration.ofMillis(900));
        load.phase("");
      }
      context.end();
      BackfillBenchmark.ended(converting);
      double[] figure = {
        load.millis(pace, 50), load.millis(pace, 99), load.millis(pace, 100), load.millis(IDLE, 99)
      };
      OUT.printf(
          "  %s: p50 %.2f, p99 %.2f, max %.1f ms, %,d requests; idle p99 %.2f ms%n",
          pace, figure[0], figure[1], figure[2], load.of(pace).getTotalCount(), figure[3]);
      figures.computeIfAbsent(pace, _ -> new ArrayList<>()).add(figure);
    }
  }
}
