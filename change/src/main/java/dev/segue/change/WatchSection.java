package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `watch`: what is watched after the switch.
final class WatchSection {

  /// `CONDITION for DURATION`; a quoted text that ends in such words is part of the condition.
  private static final Pattern RULE =
      Pattern.compile("(?<condition>.+?)\\s+for\\s+(?<held>[^\\s'\")\\]]+)", Pattern.DOTALL);

  private static final String RULES_PATH = "watch.roll-back-when";

  static final Key<Duration> EVERY =
      optional("every", Scalars.TIME, "10s", "Time between two samples.");
  private static final Key<Duration> FOR =
      optional("for", Scalars.TIME, "5m", "Length of the watch.");
  private static final Key<String> HEALTH =
      optional(
          "health",
          Scalars.HTTP_PATH,
          "Path of the new version's health JSON, whose keys are health.KEY in the rules;"
              + " deploy.health.path when not given.");
  private static final Key<List<Watch.Rule>> RULES =
      required(
          "roll-back-when",
          new ListForm<>(Scalars.text("a rule", WatchSection::rule), 1),
          "Rules, CONDITION [for DURATION]: when one is true (for that long without a break), the"
              + " change is taken back. Conditions (CEL) over health.KEY and http.KEY.");

  static final Form<Fields> WATCH =
      MappingForm.of(f -> f, EVERY, FOR, HEALTH, RULES)
          .checking(WatchSection::check, EVERY, FOR, RULES);

  private WatchSection() {}

  /// @param deploy whose health path serves where the watch names none
  static Watch watch(Fields f, Deploy deploy) {
    return new Watch(
        f.get(EVERY), f.get(FOR), f.find(HEALTH).orElse(deploy.health().path()), f.get(RULES));
  }

  private static Watch.Rule rule(ScalarForm.Scalar scalar) throws Misfit {
    String text = scalar.text().strip();
    Place at = scalar.place(scalar.text().indexOf(text));
    Matcher rule = RULE.matcher(text);
    if (!rule.matches()) {
      return new Watch.Rule(new Expression(text, at), Duration.ZERO);
    }
    Duration held;
    try {
      held = Scalars.parseDuration(rule.group("held"));
    } catch (Misfit e) {
      throw new Misfit("ends with 'for' and something that " + e.why());
    }
    return new Watch.Rule(new Expression(rule.group("condition"), at), held);
  }

  private static void check(Fields f) {
    Duration window = f.get(FOR);
    if (f.get(EVERY).compareTo(window) > 0) {
      f.problem("no sample is taken in a watch of %s".formatted(Durations.format(window)), "every");
    }
    Set<String> seen = new HashSet<>();
    for (Watch.Rule rule : f.get(RULES)) {
      if (rule.held().compareTo(window) >= 0) {
        f.problem(
            rule.condition().at(),
            RULES_PATH,
            "a rule that must hold for %s can never break in a watch of %s"
                .formatted(Durations.format(rule.held()), Durations.format(window)));
      }
      if (!seen.add(rule.toString())) {
        f.problem(rule.condition().at(), RULES_PATH, "the same rule stands here twice");
      }
    }
  }
}
