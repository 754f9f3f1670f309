package dev.segue.watch;

import dev.cel.runtime.CelEvaluationException;
import dev.segue.change.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A compiled condition: CEL, with durations written plainly (`http.p95 > 2s`).
///
/// Immutable and safe to share. Whole and decimal numbers compare by value. What has no value has
/// no truth: a missing figure, a null, NaN, a division by zero, text compared with a number by `<`;
/// but `||` and `&&` still answer when their other side decides.
public final class Condition {

  private static final int LONGEST_SHOWN = 60;

  /// Compiling takes milliseconds, and a change has the same few texts every time it is read.
  private static final Map<String, Condition> KNOWN = new ConcurrentHashMap<>();

  private final String text;
  private final ConditionCompiler.Compiled compiled;

  private Condition(String text, ConditionCompiler.Compiled compiled) {
    this.text = text;
    this.compiled = compiled;
  }

  /// @throws ConditionException when the text is no boolean condition; it says where and why
  public static Condition compile(String text) {
    return KNOWN.computeIfAbsent(text, t -> new Condition(t, ConditionCompiler.compile(t)));
  }

  /// The names it reads, so that one who knows the names there are can refuse the others.
  public SortedSet<String> variables() {
    return compiled.variables();
  }

  /// @param figures variables by name: for a watch, the sources' names with their figures
  /// @return NO_DATA when a figure it needs is missing, is not comparable, or is NaN
  public Truth test(Map<String, Object> figures) {
    try {
      return compiled.program().eval(usable(figures)) instanceof Boolean b
          ? (b ? Truth.TRUE : Truth.FALSE)
          : Truth.NO_DATA;
    } catch (CelEvaluationException _) {
      return Truth.NO_DATA;
    }
  }

  /// The figures it reads, for people: `health.errors = 14, health.status = 'degraded'`.
  public String show(Map<String, Object> figures) {
    return compiled.figures().stream()
        .map(path -> path + lookUp(figures, path).map(v -> " = " + show(v)).orElse(" is missing"))
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return text;
  }

  /// Three values: what cannot be known is neither good nor bad.
  public enum Truth {
    TRUE,
    FALSE,
    NO_DATA
  }

  /// Without nulls and NaN, and with the two kinds of number that CEL knows.
  private static Map<String, Object> usable(Map<?, ?> figures) {
    Map<String, Object> usable = new TreeMap<>();
    figures.forEach(
        (name, value) -> usable(value).ifPresent(v -> usable.put(String.valueOf(name), v)));
    return usable;
  }

  private static Optional<Object> usable(@Nullable Object value) {
    return switch (value) {
      case null -> Optional.empty();
      case Double d when d.isNaN() -> Optional.empty();
      case Float f when f.isNaN() -> Optional.empty();
      case Integer i -> Optional.of(i.longValue());
      case Short s -> Optional.of(s.longValue());
      case Float f -> Optional.of(f.doubleValue());
      case BigDecimal d -> Optional.of(d.doubleValue());
      case Map<?, ?> map -> Optional.of(usable(map));
      case List<?> list -> Optional.of(list.stream().flatMap(v -> usable(v).stream()).toList());
      default -> Optional.of(value);
    };
  }

  private static Optional<Object> lookUp(Map<String, Object> figures, String path) {
    Object at = figures;
    for (String name : path.split("\\.", -1)) {
      at = at instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return Optional.ofNullable(at);
  }

  private static String show(Object value) {
    return switch (value) {
      case String s when s.length() > LONGEST_SHOWN -> "'" + s.substring(0, LONGEST_SHOWN) + "…'";
      case String s -> "'" + s + "'";
      case Duration d -> Durations.format(d);
      default -> String.valueOf(value);
    };
  }
}
