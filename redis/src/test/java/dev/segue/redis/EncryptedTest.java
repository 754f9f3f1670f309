package dev.segue.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.LoneRun;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import dev.segue.testkit.EmbeddedRedis;
import dev.segue.testkit.EmbeddedRedis.Options;
import dev.segue.watch.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/// A server that speaks TLS, has a certificate of a private authority, and wants to see one.
final class EncryptedTest {

  @TempDir private static Path files;

  private static EmbeddedRedis redis;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    Assumptions.assumeTrue(Files.isExecutable(EmbeddedRedis.INSTALLED));
    Authority authority = new Authority(files, "ca");
    authority.sign("server", "ip:127.0.0.1");
    authority.sign("named", "dns:localhost");
    authority.sign("elsewhere", "dns:redis.example");
    authority.sign("segue", "dns:segue");
    Authority unknown = new Authority(files, "unknown");
    unknown.sign("stranger", "ip:127.0.0.1");
    Files.writeString(
        files.resolve("rsa.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    port = freePort();
    redis = EmbeddedRedis.open(encrypted(port, "server"));
  }

  private static Options encrypted(int tlsPort, String certificate) {
    return Options.defaults()
        .from(EmbeddedRedis.INSTALLED)
        .with("tls-port", "" + tlsPort)
        .with("tls-ca-cert-file", files.resolve("ca.crt").toString())
        .with("tls-cert-file", files.resolve(certificate + ".crt").toString())
        .with("tls-key-file", files.resolve(certificate + ".key").toString())
        .with("repl-diskless-sync-delay", "0");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @AfterAll
  static void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  @BeforeEach
  void shows() {
    shows("server");
  }

  private static void shows(String certificate) {
    try (Jedis jedis = redis.connect()) {
      jedis.configSet(
          Map.of(
              "tls-cert-file", files.resolve(certificate + ".crt").toString(),
              "tls-key-file", files.resolve(certificate + ".key").toString()));
    }
  }

  private static Change change(String target) {
    String text =
        """
        change: dates
        redis: { %s }
        backup: { redis: { to: backups, verify: checksum } }
        backfill:
          - keys: "m:*"
            name: dates
            convert: [{ datetime-to-epoch: { fields: at } }]
            pace: { share: full }
        redis-indexes: [{ name: i, definition: "ON HASH SCHEMA at NUMERIC" }]
        """
            .formatted(target);
    return ChangeFile.parse(text, files.resolve("change.yaml"), Map.of());
  }

  private static Change change() {
    return change("url: rediss://127.0.0.1:" + port + CERTIFIED);
  }

  private static final String CERTIFIED =
      ", ca-file: ca.crt, cert-file: segue.crt, key-file: segue.key";

  private static Workspace workspace() {
    return new Workspace(files, files, Map.of());
  }

  @Test
  void everythingThatRedisIsAskedIsEncrypted() {
    try (Jedis jedis = redis.connect()) {
      for (int i = 0; i < 1_000; i++) {
        jedis.hset("m:" + i, "at", "2026-01-02T03:04:05Z");
      }
      RedisCapability capability = new RedisCapability();
      StepContext context = new LoneRun("dates-1", files);
      List<Finding> findings =
          capability.gates(change(), workspace()).stream()
              .flatMap(gate -> gate.ask(_ -> {}).stream())
              .toList();
      assertThat(findings)
          .filteredOn(Finding::refuses)
          .extracting(Finding::message)
          .containsExactly("rediss://127.0.0.1:" + port + "/0 has no query engine");
      jedis.configSet("port", "0");

      List<Step> steps =
          capability.steps(change(), workspace()).stream()
              .filter(step -> step.stage().compareTo(Stage.EXPAND) <= 0)
              .filter(step -> !step.id().contains("index"))
              .toList();
      assertThat(steps).hasSize(2);
      steps.forEach(step -> step.apply(context));
      assertThat(jedis.hget("m:7", "at")).isEqualTo("1767323045.0");
      steps.getLast().takeBack(context);

      assertThat(jedis.hget("m:7", "at")).isEqualTo("2026-01-02T03:04:05Z");
      assertThat(capability.sources(change(), workspace()).getFirst().read())
          .isInstanceOf(Reading.Figures.class);
      jedis.configSet("port", "" + redis.port());
    }
  }

  private static void assertRefused(String target, String code, String what, String remedy) {
    RedisTarget told = Objects.requireNonNull(change(target).data().redis());
    SegueException e = (SegueException) catchThrowable(() -> Server.open(told).close());
    assertThat(e.code()).isEqualTo(code);
    assertThat(e.getMessage()).contains(what);
    assertThat(e.remedy()).contains(remedy);
  }

  private static String url(int at) {
    return "url: rediss://127.0.0.1:" + at;
  }

  @Test
  void findsTheNodesOfAClusterByTheNamesInTheirCertificates() throws IOException {
    int first = freePort();
    int second = freePort();
    try (EmbeddedRedis one = node(first);
        EmbeddedRedis other = node(second);
        Jedis jedis = one.connect();
        Jedis next = other.connect()) {
      jedis.clusterAddSlots(IntStream.range(0, 8_000).toArray());
      next.clusterAddSlots(IntStream.range(8_000, 16_384).toArray());
      jedis.clusterMeet("127.0.0.1", second);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              Stream.of(jedis, next)
                  .allMatch(node -> node.clusterInfo().contains("cluster_state:ok")));
      String url = "url: rediss://localhost:" + first + CERTIFIED;

      try (Server server = Server.open(Objects.requireNonNull(change(url).data().redis()))) {
        server.one(Call.at("b", "SET", "1")); // slot 3300
        server.one(Call.at("a", "SET", "2")); // slot 15495

        assertThat(server.primaries())
            .extracting(primary -> primary.node().at().toString())
            .containsExactly("localhost:" + first, "localhost:" + second);
      }
      assertThat(next.get("a")).isEqualTo("2");
    }
  }

  private static EmbeddedRedis node(int port) {
    return EmbeddedRedis.open(
        encrypted(port, "named")
            .with("cluster-enabled", "yes")
            .with("tls-cluster", "yes")
            .with("cluster-announce-hostname", "localhost"));
  }

  @Test
  void namesACertificateThatNobodyKnows() {
    assertRefused(url(port), "redis-certificate", "unable to find valid", "ca-file");
    shows("stranger");
    assertRefused(url(port) + CERTIFIED, "redis-certificate", "unable to find valid", "ca-file");
  }

  @Test
  void namesAHostThatIsNotTheCertificates() {
    shows("elsewhere");
    assertRefused(url(port) + CERTIFIED, "redis-host-name", "not for 127.0.0.1", "redis.url");
  }

  @Test
  void namesAServerThatWantsToSeeACertificate() {
    String asked = "redis-client-certificate";
    assertRefused(
        url(port) + ", ca-file: ca.crt", asked, "does not take our certificate", "cert-file");
    String other = ", ca-file: ca.crt, cert-file: stranger.crt, key-file: stranger.key";
    assertRefused(url(port) + other, asked, "does not take our certificate", "tls-ca-cert-file");
  }

  @Test
  void namesTheWrongOneOfTwoPorts() {
    assertRefused(url(redis.port()) + CERTIFIED, "redis-not-encrypted", "speak", "tls-port");
    assertRefused("url: redis://127.0.0.1:" + port, "redis-encrypted", "speaks TLS", "rediss://");
  }

  @Test
  void namesAFileThatIsNoCertificateOrNoKey() {
    String own = ", ca-file: ca.crt, cert-file: segue.crt, key-file: ";
    String code = "redis-certificate-file";
    assertRefused(url(port) + ", ca-file: ca.key", code, "ca.key", "PEM");
    assertRefused(url(port) + own + "segue.crt", code, "segue.crt holds no key", "pkcs8");
    assertRefused(url(port) + own + "rsa.key", code, "rsa.key cannot be read as the key", "pkcs8");
  }
}
