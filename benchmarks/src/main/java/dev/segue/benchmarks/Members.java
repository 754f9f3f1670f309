package dev.segue.benchmarks;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Capability;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.testkit.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.ServiceLoader;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/// Hashes as Redis OM lays them out, some 200 bytes each, whose `joined` is a date as text.
record Members(int port) implements Foreground.Users {

  static final String PREFIX = "shop:app.models.Member:";
  static final int BATCH = 500;

  private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int OTHERS = 1_000;
  private static final int PATIENCE_MILLIS = 600_000;
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx");
  private static final Instant FIRST = Instant.parse("2020-01-01T00:00:00.123456Z");

  /// Debian's where it is installed, for most people's is as new; else the one that comes along.
  static EmbeddedRedis server() {
    EmbeddedRedis.Options options = EmbeddedRedis.Options.defaults();
    return EmbeddedRedis.open(
        Files.isExecutable(EmbeddedRedis.INSTALLED)
            ? options.from(EmbeddedRedis.INSTALLED)
            : options);
  }

  Jedis connect() {
    return new Jedis(
        "127.0.0.1",
        port,
        DefaultJedisClientConfig.builder().resp2().timeoutMillis(PATIENCE_MILLIS).build());
  }

  /// Of this server and this process.
  Cpu cpu() {
    try (Jedis jedis = connect()) {
      return new Cpu(
          jedis
              .info("server")
              .lines()
              .filter(line -> line.startsWith("process_id:"))
              .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
              .findFirst()
              .orElse(0));
    }
  }

  static String key(int n) {
    StringBuilder ulid = new StringBuilder(PREFIX).append("01H8");
    long mixed = n * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < 12; i++) {
      ulid.append(CROCKFORD.charAt((int) ((mixed >>> (5 * i)) & 31)));
    }
    for (int i = 45; i >= 0; i -= 5) {
      ulid.append(CROCKFORD.charAt((int) (((long) n >>> i) & 31)));
    }
    return ulid.toString();
  }

  static String iso(int n) {
    return ISO.format(FIRST.plusSeconds(n).atOffset(ZoneOffset.ofHours(8)));
  }

  /// What the models write: seconds as a decimal number.
  static String epoch(String iso) {
    OffsetDateTime time = OffsetDateTime.parse(iso);
    return "%d.%06d".formatted(time.toEpochSecond(), time.getNano() / 1000);
  }

  /// Nothing but members that nobody has converted, and some other keys.
  void anew(int keys) {
    try (Jedis jedis = connect()) {
      jedis.flushAll();
      add(jedis, 0, keys);
      Pipeline pipeline = jedis.pipelined();
      for (int i = 0; i < OTHERS; i++) {
        pipeline.set("other:" + i, "value " + i);
      }
      pipeline.sync();
    }
  }

  static void add(Jedis jedis, int from, int to) {
    Pipeline pipeline = jedis.pipelined();
    for (int i = from; i < to; i++) {
      String key = key(i);
      pipeline.hset(
          key,
          Map.of(
              "pk",
              key.substring(PREFIX.length()),
              "name",
              "Member " + i,
              "email",
              "member." + i + "@example.org",
              "joined",
              iso(i)));
      if (i % BATCH == 0) {
        pipeline.sync();
      }
    }
    pipeline.sync();
  }

  /// Of some of them: how many are not in the new form.
  long left(int keys) {
    try (Jedis jedis = connect()) {
      return java.util.stream.IntStream.range(0, OTHERS)
          .map(i -> (int) ((long) i * keys / OTHERS))
          .filter(i -> !epoch(iso(i)).equals(jedis.hget(key(i), "joined")))
          .count();
    }
  }

  /// Segue's own step, as a change file brings it.
  ///
  /// @param pace share of the time that is worked, and how long a batch takes: `default`, `full`,
  ///   `25%/1ms`
  Step backfill(String pace) {
    String[] parts = pace.split("/", 2);
    String batchTime = parts.length == 1 ? "" : ", batch-time: " + parts[1];
    try {
      Path place = Files.createTempDirectory("segue-benchmark-");
      Path file = place.resolve("change.yaml");
      Files.writeString(
          file,
          """
          change: benchmark
          redis: { url: "redis://127.0.0.1:%d" }
          backfill:
            - keys: "%s*"
              name: joined
              convert: [{ datetime-to-epoch: { fields: [joined] } }]
              pace: { share: %s%s }
          """
              .formatted(port, PREFIX, parts[0], batchTime));
      Change change = ChangeFile.read(file, Map.of());
      Workspace workspace = new Workspace(place, place, Map.of());
      return ServiceLoader.load(Capability.class).stream()
          .flatMap(capability -> capability.get().steps(change, workspace).stream())
          .filter(step -> step.id().equals("backfill-joined"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Users read other keys.
  @Override
  public Foreground.Session open() {
    Jedis jedis = connect();
    return new Foreground.Session() {
      @Override
      public void request(long n) {
        jedis.get("other:" + Foreground.spread(n, OTHERS));
      }

      @Override
      public void close() {
        jedis.close();
      }
    };
  }
}
