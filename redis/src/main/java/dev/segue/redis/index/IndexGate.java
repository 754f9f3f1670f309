package dev.segue.redis.index;

import dev.segue.change.RedisIndex;
import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Can the server make these indexes, and are the names as the file says?
record IndexGate(RedisTarget target, List<RedisIndex> indexes) implements GateCheck {

  private static final String NAME = "redis indexes";
  private static final String NEEDED =
      "The query engine comes with Redis 8 and with Redis Stack; for others it is the module"
          + " RediSearch from 2.0.";

  @Override
  public List<Finding> ask(Progress progress) {
    progress.at("the query engine of " + target.shown());
    try (Engine engine = Engine.open(target)) {
      return switch (engine.kind()) {
        case Engine.Kind.None _ -> refused(target.shown() + " has no query engine", NEEDED);
        case Engine.Kind.TooOld(String version) ->
            refused(
                "%s has RediSearch %s, which takes ON HASH PREFIX for an answer and indexes nothing"
                    .formatted(target.shown(), version),
                NEEDED);
        case Engine.Kind.Unknown(String why) -> {
          List<Finding> findings = new ArrayList<>();
          findings.add(
              Finding.warning(
                  NAME,
                  "Which query engine there is cannot be told: " + why,
                  "Grant the user +module|list."));
          findings.addAll(each(engine));
          yield findings;
        }
        case Engine.Kind.Usable(String version) -> {
          List<Finding> findings = new ArrayList<>();
          findings.add(Finding.passed(NAME, "the query engine is " + version));
          findings.addAll(each(engine));
          yield findings;
        }
      };
    } catch (SegueException e) {
      return refused(e.getMessage(), e.remedy());
    }
  }

  private List<Finding> each(Engine engine) {
    List<String> there = engine.indexes();
    List<Finding> findings = new ArrayList<>();
    for (RedisIndex index : indexes) {
      findings.addAll(one(engine, index, there));
    }
    return findings;
  }

  private static List<Finding> one(Engine engine, RedisIndex index, List<String> there) {
    if (there.contains(index.name())) {
      return refused(
          "%s: there is an index %s already".formatted(index.where().of("name"), index.name()),
          "Choose a new name and let it replace that one: a field that is added to an index cannot"
              + " be taken away again.");
    }
    if (index.replaces() != null && !there.contains(index.replaces())) {
      return refused(
          "%s: there is no index %s".formatted(index.where().of("replaces"), index.replaces()),
          there.isEmpty() ? null : "There are: " + String.join(", ", there));
    }
    if (index.alias() != null && there.contains(index.alias())) {
      return refused(
          "%s: %s is an index, not an alias".formatted(index.where().of("alias"), index.alias()),
          "Let applications ask an alias; its name must be another.");
    }
    return engine
        .complaint(index.name(), index.definition())
        .map(why ->
            refused(
                "%s: the query engine says: %s".formatted(index.where().of("definition"), why),
                "Mend the definition: it is what follows FT.CREATE and the name."))
        .orElseGet(() -> List.of(Finding.passed(NAME, "%s can be made".formatted(index.name()))));
  }

  private static List<Finding> refused(String message, @Nullable String remedy) {
    return List.of(Finding.refused(NAME, message, remedy));
  }
}
