package dev.segue.redis.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.Change;
import dev.segue.change.Contract;
import dev.segue.change.Data;
import dev.segue.change.Place;
import dev.segue.change.RedisIndex;
import dev.segue.change.RedisTarget;
import dev.segue.change.Rehearsal;
import dev.segue.change.RollbackWindows;
import dev.segue.change.SegueException;
import dev.segue.change.Where;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Step;
import dev.segue.testkit.EmbeddedRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/// Against [SearchDouble], a stand-in for the query engine before a real Redis.
class RedisIndexTest {

  private static final String DEFINITION = "ON HASH PREFIX 1 member: SCHEMA joined NUMERIC";

  private static EmbeddedRedis redis;
  private SearchDouble engine;

  @BeforeAll
  static void start() {
    redis = EmbeddedRedis.open();
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void fill() {
    engine = new SearchDouble(redis);
    try (Jedis jedis = redis.connect()) {
      jedis.flushAll();
      for (int i = 0; i < 100; i++) {
        jedis.hset("member:" + i, Map.of("joined", Integer.toString(i)));
      }
    }
    engine.order(
        "FT.CREATE",
        "members-v1",
        "ON",
        "HASH",
        "PREFIX",
        "1",
        "member:",
        "SCHEMA",
        "joined",
        "TEXT");
    engine.order("FT.ALIASADD", "members", "members-v1");
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
  }

  private Change change(String definition) {
    return change(definition, "members-v1");
  }

  private Change change(String definition, @Nullable String replaces) {
    Place place = new Place("change.yaml", 4, 3);
    return new Change(
        "dates",
        "",
        null,
        List.of(),
        new Rehearsal(false, null, null),
        null,
        List.of(),
        new Data(
            RedisTarget.parse("the test's URL", engine.url()),
            List.of(
                new RedisIndex(
                    new Where(place, Map.of()),
                    "members-v2",
                    replaces,
                    "members",
                    List.of(definition.split(" ")))),
            List.of()),
        null,
        List.of(),
        null,
        new RollbackWindows(Duration.ofMinutes(5), Duration.ofMinutes(30)),
        new Contract(Duration.ofHours(24)));
  }

  private List<Finding> ask(String definition) {
    return RedisIndexes.gates(change(definition)).getFirst().ask(what -> {});
  }

  private static List<String> refusals(List<Finding> findings) {
    return findings.stream().filter(Finding::refuses).map(Finding::message).toList();
  }

  @Test
  void madeBesideTheOldOneWaitedForSwitchedToAndTheOldOneDropped() {
    List<Step> steps = RedisIndexes.steps(change(DEFINITION));
    assertThat(steps)
        .extracting(Step::id)
        .containsExactly("index-members-v2", "alias-members-v2", "drop-members-v2");
    assertThat(steps)
        .extracting(Step::stage)
        .containsExactly(Stage.EXPAND, Stage.SWITCH, Stage.CONTRACT);
    engine.fillsAfter(3);
    IndexRun run = new IndexRun();
    for (Step step : steps) {
      assertThat(step.observe(run)).isEqualTo(Observation.ABSENT);
      run.keep(step.id(), step.apply(run));
      assertThat(step.observe(run)).isInstanceOf(Observation.Present.class);
    }
    assertThat(run.factsOf("index-members-v2").values())
        .containsEntry("documents", 100L)
        .containsEntry("not_indexed", 0L)
        .containsEntry("alias_was", "members-v1");
    assertThat(run.said).contains("filling members-v2: 50 keys 0.5");
    assertThat(engine.orders)
        .containsExactly(
            "FT.CREATE members-v2 " + DEFINITION,
            "FT.ALIASUPDATE members members-v2",
            "FT.DROPINDEX members-v1");
  }

  @Test
  void takenBackNothingOfItIsLeft() {
    List<Step> steps = RedisIndexes.steps(change(DEFINITION));
    IndexRun run = new IndexRun();
    run.keep("index-members-v2", steps.get(0).apply(run));
    steps.get(1).apply(run);
    steps.get(1).takeBack(run);
    assertThat(steps.get(1).observe(run)).isEqualTo(Observation.ABSENT);
    steps.get(0).takeBack(run);
    steps.get(0).takeBack(run);
    assertThat(steps.get(0).observe(run)).isEqualTo(Observation.ABSENT);
    assertThat(engine.orders)
        .endsWith("FT.ALIASUPDATE members members-v1", "FT.DROPINDEX members-v2");
    try (Jedis jedis = redis.connect()) {
      assertThat(jedis.dbSize()).isEqualTo(100);
    }
  }

  @Test
  void killedWhileItIsFilledItIsWaitedForAgain() {
    Step step = RedisIndexes.steps(change(DEFINITION)).getFirst();
    engine.fillsAfter(4);
    IndexRun dying = new IndexRun();
    dying.whilePaused =
        () -> {
          throw new IllegalStateException("killed");
        };
    assertThatThrownBy(() -> step.apply(dying)).hasMessage("killed");
    IndexRun next = new IndexRun();
    assertThat(step.observe(next)).isInstanceOf(Observation.Partial.class);
    assertThat(step.apply(next).number("documents")).contains(100L);
    assertThat(engine.orders).hasSize(1);
  }

  /// As whoever was killed while it was filled has made it.
  private void made() {
    List<String> words = new ArrayList<>(List.of("FT.CREATE", "members-v2"));
    words.addAll(List.of(DEFINITION.split(" ")));
    engine.order(words.toArray(String[]::new));
  }

  @Test
  void foundReadyAfterACrashTheWayBackKnowsWhatTheAliasNamed() {
    Change change = change(DEFINITION, null);
    Step index = RedisIndexes.steps(change).get(0);
    Step alias = RedisIndexes.steps(change).get(1);
    made();
    IndexRun run = new IndexRun();

    Observation found = index.observe(run);

    assertThat(found).isInstanceOf(Observation.Present.class);
    run.keep(index.id(), ((Observation.Present) found).facts());
    assertThat(run.factsOf(index.id()).values())
        .containsEntry("alias_was", "members-v1")
        .containsEntry("documents", 100L);
    alias.apply(run);
    assertThat(((Observation.Present) index.observe(run)).facts().values())
        .doesNotContainKey("alias_was");
    alias.takeBack(run);
    assertThat(engine.orders)
        .containsExactly("FT.ALIASUPDATE members members-v2", "FT.ALIASUPDATE members members-v1");
  }

  @Test
  void foundReadyAfterACrashItMustHoldWhatItShould() {
    try (Jedis jedis = redis.connect()) {
      jedis.hset("member:7", "joined", "2024-01-02T03:04:05Z");
    }
    Step step = RedisIndexes.steps(change(DEFINITION)).getFirst();
    made();

    assertThat(step.observe(new IndexRun()))
        .isInstanceOfSatisfying(
            Observation.Partial.class,
            partial -> assertThat(partial.what()).contains("1 could not be indexed"));
    assertThatThrownBy(() -> step.apply(new IndexRun()))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("index-failures"));

    // Once it stands, a key that does not fit has been written since.
    IndexRun applied = new IndexRun();
    applied.keep(step.id(), Facts.of("documents", 100));
    assertThat(step.observe(applied)).isInstanceOf(Observation.Present.class);
  }

  @Test
  void keysThatCannotBeIndexedAreAFailureThatNamesOne() {
    try (Jedis jedis = redis.connect()) {
      jedis.hset("member:7", "joined", "2024-01-02T03:04:05Z");
    }
    Step step = RedisIndexes.steps(change(DEFINITION)).getFirst();
    assertThatThrownBy(() -> step.apply(new IndexRun()))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("index-failures"))
        .hasMessage(
            "members-v2 holds 99 keys, and 1 could not be indexed, the last member:7: Invalid numeric"
                + " value");
  }

  @Test
  void anIndexThatIsDroppedWhileItIsFilledIsMissed() {
    Step step = RedisIndexes.steps(change(DEFINITION)).getFirst();
    engine.fillsAfter(4);
    IndexRun run = new IndexRun();
    run.whilePaused = () -> engine.order("FT.DROPINDEX", "members-v2");
    assertThatThrownBy(() -> step.apply(run))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("index-lost"));
  }

  @Test
  void theGateTriesTheDefinitionAndLeavesNothing() {
    assertThat(refusals(ask(DEFINITION))).isEmpty();
    assertThat(engine.orders)
        .containsExactly(
            "FT.CREATE segue:trial:members-v2 ON HASH PREFIX 1 member: SKIPINITIALSCAN SCHEMA joined"
                + " NUMERIC",
            "FT.DROPINDEX segue:trial:members-v2");
    assertThat(refusals(ask(DEFINITION.replace("NUMERIC", "NUMBER"))))
        .containsExactly(
            "change.yaml:4:3: the query engine says: Could not parse field spec: NUMBER");
    engine.order(
        "FT.CREATE", "members-v2", "ON", "HASH", "PREFIX", "1", "m", "SCHEMA", "a", "TEXT");
    assertThat(refusals(ask(DEFINITION)))
        .containsExactly("change.yaml:4:3: there is an index members-v2 already");
    engine.order("FT.DROPINDEX", "members-v2");
    engine.order("FT.DROPINDEX", "members-v1");
    assertThat(refusals(ask(DEFINITION)))
        .containsExactly("change.yaml:4:3: there is no index members-v1");
  }

  @Test
  void serversWithoutAQueryEngineThatCanAreRefused() {
    engine.says("ft", 10_200);
    assertThat(refusals(ask(DEFINITION))).singleElement().asString().contains("RediSearch 1.2.0");
    engine.says("", 0);
    assertThat(refusals(ask(DEFINITION))).singleElement().asString().contains("no query engine");
  }
}
