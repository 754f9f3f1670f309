package dev.segue.redis.index;

import dev.segue.change.RedisIndex;
import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import dev.segue.redis.wire.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Makes an index beside the one that is used, and waits until it holds every key.
///
/// @param mixed whether keys may hold the old form for a while yet: a few may then not fit
record IndexStep(RedisTarget target, RedisIndex index, boolean mixed) implements Step {

  private static final Duration LOOK = Duration.ofMillis(500);

  /// So many of the keys may not fit, where the old version still writes.
  private static final double FEW = 0.01;

  /// The fact that says what the alias named before; blank: nothing.
  static final String ALIAS_WAS = "alias_was";

  static String id(RedisIndex index) {
    return "index-" + index.name();
  }

  @Override
  public String id() {
    return id(index);
  }

  @Override
  public Stage stage() {
    return Stage.EXPAND;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Make the index %s and wait until it holds every key".formatted(index.name()),
        List.of(
            new Statement(
                "FT.CREATE %s %s".formatted(index.name(), String.join(" ", index.definition())),
                null,
                "the server reads the keys beside its other work")),
        "FT.DROPINDEX %s, without the keys".formatted(index.name()),
        "The server goes on indexing; nobody asks this index yet");
  }

  /// Whoever made the index may have been killed before he could look at what it holds, or see what
  /// the alias named: both are seen here, too.
  @Override
  public Observation observe(StepContext context) {
    try (Engine engine = Engine.open(target)) {
      if (!engine.has(index.name())) {
        return Observation.ABSENT;
      }
      Optional<IndexInfo> ready = engine.info(index.name()).filter(IndexInfo::ready);
      if (ready.isEmpty()) {
        return new Observation.Partial("the index " + index.name() + " is being filled", true);
      }
      IndexInfo info = ready.get();
      // Once it was applied, what cannot be indexed was written later.
      boolean applied = !context.factsOf(id()).values().isEmpty();
      return applied || acceptable(info)
          ? new Observation.Present(facts(info).and(aliased(engine)))
          : new Observation.Partial(holds(info), true);
    }
  }

  @Override
  public Facts apply(StepContext context) {
    context.fence().check();
    Facts aliased;
    try (Engine engine = Engine.open(target)) {
      aliased = aliased(engine);
      if (!engine.has(index.name())) {
        engine.create(index.name(), index.definition());
      }
    }
    long began = System.nanoTime();
    IndexInfo info = awaitReady(context);
    if (!acceptable(info)) {
      throw new SegueException(
          Kind.EXTERNAL,
          "index-failures",
          holds(info),
          "What they hold is not of the types that the definition says: segue backfill stats, or mend"
              + " redis-indexes.definition.");
    }
    return facts(info).and(aliased).with("seconds", (System.nanoTime() - began) / 1e9);
  }

  private boolean acceptable(IndexInfo info) {
    return info.failures() <= (mixed ? info.documents() * FEW : 0);
  }

  private String holds(IndexInfo info) {
    return "%s holds %,d keys, and %,d could not be indexed%s"
        .formatted(
            index.name(),
            info.documents(),
            info.failures(),
            info.lastFailure().isEmpty() ? "" : ", the last " + info.lastFailure());
  }

  /// A later try finds it as the first did: nothing switches before this step is done. Where the
  /// alias names the new index already, somebody has switched, and nobody can tell any more.
  private Facts aliased(Engine engine) {
    String named =
        index.alias() == null ? "" : engine.info(index.alias()).map(IndexInfo::name).orElse("");
    return named.equals(index.name()) ? Facts.NONE : Facts.of(ALIAS_WAS, named);
  }

  private IndexInfo awaitReady(StepContext context) {
    while (true) {
      Optional<IndexInfo> looked = look();
      if (looked.isPresent()) {
        IndexInfo info = looked.get();
        if (info.ready()) {
          return info;
        }
        context.progress(
            "filling %s: %,d keys%s"
                .formatted(
                    index.name(),
                    info.documents(),
                    info.failures() == 0 ? "" : ", %,d not".formatted(info.failures())),
            info.done());
      }
      context.pause(LOOK);
    }
  }

  /// Empty while the server is away for a moment.
  private Optional<IndexInfo> look() {
    try (Engine engine = Engine.open(target)) {
      if (!engine.has(index.name())) {
        throw new SegueException(
            Kind.EXTERNAL,
            "index-lost",
            "The index %s is gone while it was filled".formatted(index.name()),
            "Somebody dropped it, or the server came back without it. The same command again.");
      }
      return engine.info(index.name());
    } catch (SegueException e) {
      if (Trouble.passes(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Facts facts(IndexInfo info) {
    return Facts.of("documents", info.documents()).with("not_indexed", info.failures());
  }

  @Override
  public Facts takeBack(StepContext context) {
    context.fence().check();
    try (Engine engine = Engine.open(target)) {
      if (engine.has(index.name())) {
        engine.drop(index.name());
      }
    }
    return Facts.NONE;
  }
}
