package dev.segue.change;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// Fills in `${NAME}` and `${NAME:-default}`; `$${` stands for `${` itself.
final class Variables {

  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\$\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}|\\$\\{");

  private final Map<String, String> environment;

  Variables(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// A scalar with its variables filled in.
  ///
  /// @param text the value as it is used; it may hold secrets
  /// @param literal what of it stands in the file itself: defaults, but nothing of the environment
  /// @param variable whether there was any variable
  record Filled(String text, String literal, boolean variable) {}

  /// @return empty when a variable is missing; that was reported
  Optional<Filled> fill(ScalarNode node, Slot slot, Reading reading) {
    String raw = node.getValue();
    StringBuilder text = new StringBuilder();
    StringBuilder literal = new StringBuilder();
    boolean variable = false;
    boolean sound = true;
    int end = 0;
    Matcher reference = REFERENCE.matcher(raw);
    while (reference.find()) {
      text.append(raw, end, reference.start());
      literal.append(raw, end, reference.start());
      end = reference.end();
      if (reference.group().equals("$${")) {
        text.append("${");
        literal.append("${");
        continue;
      }
      variable = true;
      Optional<String> value = value(reference);
      if (value.isEmpty()) {
        sound = false;
        reading.problem(
            reading.source().inside(node, reference.start()),
            slot.path(),
            complaint(reference),
            reference.group());
        continue;
      }
      text.append(value.get());
      literal.append(Optional.ofNullable(reference.group(2)).orElse(""));
    }
    text.append(raw, end, raw.length());
    literal.append(raw, end, raw.length());
    return sound
        ? Optional.of(new Filled(text.toString(), literal.toString(), variable))
        : Optional.empty();
  }

  /// As a shell does it: a default also serves for a variable that is set to nothing.
  private Optional<String> value(Matcher reference) {
    if (reference.group(1) == null) {
      return Optional.empty();
    }
    Optional<String> set = Optional.ofNullable(environment.get(reference.group(1)));
    return reference.group(2) == null
        ? set
        : set.filter(v -> !v.isEmpty()).or(() -> Optional.of(reference.group(2)));
  }

  private String complaint(Matcher reference) {
    String name = reference.group(1);
    return name == null
        ? "'${' begins a variable: write ${NAME} or ${NAME:-default}, or $${ for the characters"
            + " themselves"
        : "the environment variable "
            + name
            + " is not set"
            + Nearest.hint(name, environment.keySet());
  }
}
