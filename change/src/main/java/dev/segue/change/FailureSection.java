package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import dev.segue.change.FailurePolicy.Mode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// `on-error` and its limits: what happens to an item that cannot be converted.
final class FailureSection {

  /// @param value of the default, else null
  record Reaction(Mode mode, @Nullable String value) {}

  /// What can be written as a word.
  private enum Word {
    FAIL,
    LOG_AND_SKIP
  }

  static final Key<Reaction> ON_ERROR =
      optional(
          "on-error",
          new ReactionForm(),
          "fail",
          "What happens to an item that cannot be converted: fail ends the step, log-and-skip keeps"
              + " it as it is and lists it, default puts a value in its place.");
  static final Key<Integer> MAX_ERRORS =
      optional(
          "max-errors",
          Scalars.number("a number of items", 1, 100_000_000),
          "1000",
          "More failed items than this end the step.");
  static final Key<Double> MAX_ERROR_RATE =
      optional(
          "max-error-rate",
          Measures.PERCENT,
          "1%",
          "A larger share of failed items than this ends the step, once 1,000 were looked at.");

  private FailureSection() {}

  static void check(Fields f) {
    boolean fails = f.find(ON_ERROR).filter(r -> r.mode() == Mode.FAIL).isPresent();
    for (Key<?> limit : List.of(MAX_ERRORS, MAX_ERROR_RATE)) {
      if (fails && f.has(limit)) {
        f.problem(
            "the first item that fails ends the step; write 'on-error: log-and-skip' or a default"
                + " beside a limit",
            limit.name());
      }
    }
  }

  static FailurePolicy policy(Fields f) {
    Reaction reaction = f.get(ON_ERROR);
    return reaction.mode() == Mode.FAIL
        ? FailurePolicy.FAIL
        : new FailurePolicy(
            reaction.mode(), reaction.value(), f.get(MAX_ERRORS), f.get(MAX_ERROR_RATE));
  }

  /// `fail`, `log-and-skip` or a mapping with `default`.
  private record ReactionForm() implements Form<Reaction> {

    private static final Form<Word> WORD = Scalars.word(Word.class);
    private static final Key<String> VALUE =
        required("default", Scalars.ANY_TEXT, "What takes the place of what cannot be converted.");
    private static final MappingForm<Reaction> DEFAULT =
        MappingForm.of(f -> new Reaction(Mode.DEFAULT, f.get(VALUE)), VALUE);

    @Override
    public Optional<Reaction> read(Slot slot, Reading reading) {
      if (slot.node() instanceof ScalarNode scalar && scalar.getValue().equals("default")) {
        reading.problem(slot, "which default? write { default: \"0\" }");
        return Optional.empty();
      }
      return slot.node() instanceof ScalarNode
          ? WORD.read(slot, reading)
              .map(word -> new Reaction(word == Word.FAIL ? Mode.FAIL : Mode.LOG_AND_SKIP, null))
          : DEFAULT.read(slot, reading);
    }

    @Override
    public Map<String, Object> schema() {
      return Scalars.schema("anyOf", List.of(WORD.schema(), DEFAULT.schema()));
    }
  }
}
