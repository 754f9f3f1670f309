package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Segue.Result;
import dev.segue.acceptance.Segue.Running;
import dev.segue.examples.shop.Contents;
import dev.segue.examples.shop.Shop;
import dev.segue.testkit.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where the example's dates are converted: a Redis that survives being killed, the example's shop
/// in it, its change file with another name for the user, and a state directory. Closing it ends
/// every process that was started for it and looks whether the password lies anywhere.
final class RedisStage implements AutoCloseable {

  static final String SECRET = "s3cr3t-0f-the-shop";

  private static final String USER = "segue";
  private static final Path STAGES = Segue.ROOT.resolve("acceptance/target/stages");
  private static final Path EXAMPLE = Segue.ROOT.resolve("examples/redis-datetime/change.yaml");

  private final EmbeddedRedis redis;
  private final Path directory;
  private final Path file;
  private final List<Running> started = new ArrayList<>();

  private RedisStage(EmbeddedRedis redis) throws IOException {
    this.redis = redis;
    this.directory = Files.createTempDirectory(Files.createDirectories(STAGES), "redis-");
    this.file = Files.writeString(directory.resolve("change.yaml"), Files.readString(EXAMPLE));
  }

  static RedisStage open(int items) throws IOException {
    RedisStage stage =
        new RedisStage(EmbeddedRedis.open(EmbeddedRedis.Options.defaults().appendOnly()));
    try (Jedis jedis = stage.redis.connect()) {
      Shop.of(items).fill(jedis);
    }
    stage.allow("+@all");
    return stage;
  }

  /// What Segue's user may do; it is forgotten by a server that is killed.
  void allow(String... rights) {
    List<String> rules = new ArrayList<>(List.of("reset", "on", ">" + SECRET, "~*", "&*"));
    rules.addAll(List.of(rights));
    try (Jedis jedis = redis.connect()) {
      jedis.aclSetUser(USER, rules.toArray(String[]::new));
    }
  }

  EmbeddedRedis redis() {
    return redis;
  }

  Path directory() {
    return directory;
  }

  Path file() {
    return file;
  }

  /// Rewrites a part of the change file.
  RedisStage with(String what, String by) throws IOException {
    Files.writeString(file, Stage.replaced(Files.readString(file), what, by));
    return this;
  }

  /// So slow that one can come between.
  RedisStage slowly() throws IOException {
    return with("    pace: { share: full }", "    pace: { share: 5%, max-batch: 25 }");
  }

  Contents contents() {
    try (Jedis jedis = redis.connect()) {
      return Contents.of(jedis);
    }
  }

  String url(String password) {
    return "redis://" + USER + ":" + password + "@127.0.0.1:" + redis.port() + "/0";
  }

  Result segue(String command, String... more) {
    return start(command, more).await();
  }

  Running start(String command, String... more) {
    return startAs(SECRET, command, more);
  }

  Running startAs(String password, String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
    arguments.addAll(List.of(file.toString(), "--state", directory.resolve("state").toString()));
    arguments.addAll(List.of(more));
    Running running =
        new Segue(Map.of("REDIS_URL", url(password))).start(arguments.toArray(String[]::new));
    started.add(running);
    return running;
  }

  JsonNode status() {
    return JsonMapper.shared().readTree(segue("status", "--json").out());
  }

  /// Keys of members that were converted by now, as the checkpoint says.
  long converted() {
    try (Jedis jedis = redis.connect()) {
      return Stream.of("before", "now")
          .map(tally -> jedis.hget("segue:backfill:members", tally))
          .filter(Objects::nonNull)
          .mapToLong(tally -> Long.parseLong(tally.split(" ", -1)[1]))
          .sum();
    }
  }

  @Override
  public void close() throws IOException {
    for (Running running : started) {
      running.process().destroyForcibly();
    }
    redis.close();
    List<Path> files = new ArrayList<>();
    for (Running running : started) {
      files.add(running.out());
      files.add(running.err());
    }
    try (Stream<Path> left = Files.walk(directory)) {
      left.filter(Files::isRegularFile).forEach(files::add);
    }
    for (Path each : files) {
      assertThat(Files.readString(each)).as("no password in " + each).doesNotContain(SECRET);
    }
  }
}
