package dev.segue.redis.index;

import dev.segue.change.RedisIndex;
import dev.segue.change.RedisTarget;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Stage;
import dev.segue.conductor.Statement;
import dev.segue.conductor.Step;
import dev.segue.conductor.StepContext;
import java.util.List;
import java.util.Optional;

/// Has the alias that applications ask name the new index; back: the one it named before.
record AliasStep(RedisTarget target, RedisIndex index, String alias) implements Step {

  @Override
  public String id() {
    return "alias-" + index.name();
  }

  @Override
  public Stage stage() {
    return Stage.SWITCH;
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Have the alias %s name the index %s".formatted(alias, index.name()),
        List.of(
            new Statement(
                "FT.ALIASUPDATE %s %s".formatted(alias, index.name()),
                null,
                "at once; the index it named is kept")),
        "The alias names the index it named before",
        "The alias names one of the two, and both answer");
  }

  @Override
  public Observation observe(StepContext context) {
    try (Engine engine = Engine.open(target)) {
      return engine.info(alias).filter(info -> info.name().equals(index.name())).isPresent()
          ? Observation.present()
          : Observation.ABSENT;
    }
  }

  @Override
  public Facts apply(StepContext context) {
    context.fence().check();
    try (Engine engine = Engine.open(target)) {
      engine.alias(alias, index.name());
    }
    return Facts.of("alias", alias).with("was", was(context).orElse(""));
  }

  @Override
  public Facts takeBack(StepContext context) {
    context.fence().check();
    Optional<String> was = was(context);
    try (Engine engine = Engine.open(target)) {
      boolean ours =
          engine.info(alias).filter(info -> info.name().equals(index.name())).isPresent();
      if (ours && was.isPresent()) {
        engine.alias(alias, was.get());
      } else if (ours) {
        engine.removeAlias(alias);
      }
    }
    return Facts.of("alias", alias).with("now", was.orElse(""));
  }

  /// As the step before it journaled; the file's word where the journal has none.
  private Optional<String> was(StepContext context) {
    return context
        .factsOf(IndexStep.id(index))
        .text(IndexStep.ALIAS_WAS)
        .or(() -> Optional.ofNullable(index.replaces()))
        .filter(name -> !name.isEmpty() && !name.equals(index.name()));
  }
}
