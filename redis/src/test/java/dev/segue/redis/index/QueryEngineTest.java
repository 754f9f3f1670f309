package dev.segue.redis.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Place;
import dev.segue.change.RedisIndex;
import dev.segue.change.RedisTarget;
import dev.segue.change.Where;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Observation;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// On a real query engine, where somebody names one.
@EnabledIfEnvironmentVariable(named = "SEGUE_REDIS8_URL", matches = ".+")
class QueryEngineTest {

  private static final String PREFIX = "segue-test:member:";
  private static final int KEYS = 1_000;

  private final RedisTarget target =
      RedisTarget.parse("SEGUE_REDIS8_URL", System.getenv("SEGUE_REDIS8_URL"));
  private final RedisIndex index =
      new RedisIndex(
          new Where(new Place("change.yaml", 1, 1), Map.of()),
          "segue-test-v2",
          "segue-test-v1",
          "segue-test",
          List.of("ON", "HASH", "PREFIX", "1", PREFIX, "SCHEMA", "joined", "NUMERIC", "SORTABLE"));

  @Test
  void madeWaitedForSwitchedToTakenBackAndDropped() {
    try (Server server = Server.open(target);
        Engine engine = Engine.open(target)) {
      try {
        for (int i = 0; i < KEYS; i++) {
          server.one(Call.at(PREFIX + i, "HSET", "joined", Integer.toString(i)));
        }
        engine.create(
            "segue-test-v1", List.of("ON", "HASH", "PREFIX", "1", PREFIX, "SCHEMA", "a", "TEXT"));
        engine.alias("segue-test", "segue-test-v1");
        carriedOut(server, engine);
      } finally {
        for (String left : List.of("segue-test-v1", "segue-test-v2")) {
          if (engine.has(left)) {
            engine.drop(left);
          }
        }
        for (int i = 0; i < KEYS; i++) {
          server.one(Call.at(PREFIX + i, "DEL"));
        }
      }
    }
  }

  private void carriedOut(Server server, Engine engine) {
    IndexRun run = new IndexRun();
    assertThat(new IndexGate(target, List.of(index)).ask(_ -> {})).noneMatch(Finding::refuses);
    IndexStep making = new IndexStep(target, index, false);
    AliasStep switching = new AliasStep(target, index, "segue-test");
    DropStep dropping = new DropStep(target, index, "segue-test-v1");
    assertThat(making.observe(run)).isEqualTo(Observation.ABSENT);
    run.keep(making.id(), making.apply(run));
    assertThat(run.factsOf(making.id()).values())
        .containsEntry("documents", (long) KEYS)
        .containsEntry("alias_was", "segue-test-v1");
    switching.apply(run);
    assertThat(switching.observe(run)).isInstanceOf(Observation.Present.class);
    assertThat(
            server
                .one(Call.of("FT.SEARCH", "segue-test", "@joined:[10 19]", "NOCONTENT"))
                .parts()
                .getFirst()
                .number())
        .isEqualTo(10);
    switching.takeBack(run);
    assertThat(engine.info("segue-test").orElseThrow().name()).isEqualTo("segue-test-v1");
    switching.apply(run);
    dropping.apply(run);
    assertThat(dropping.observe(run)).isInstanceOf(Observation.Present.class);
    switching.takeBack(run);
    making.takeBack(run);
    assertThat(engine.has("segue-test-v2")).isFalse();
    assertThat(server.one(Call.at(PREFIX + 1, "EXISTS")).number()).isEqualTo(1);
  }
}
