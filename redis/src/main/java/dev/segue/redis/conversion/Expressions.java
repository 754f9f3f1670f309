package dev.segue.redis.conversion;

import dev.segue.change.ChangeFileException;
import dev.segue.change.ChangeFileException.Problem;
import dev.segue.change.Where;
import dev.segue.watch.ConditionException;
import dev.segue.watch.Formula;
import dev.segue.watch.Formula.FormulaException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

/// Expressions of the change file over values.
final class Expressions {

  static final String VALUE = "value";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Expressions() {}

  /// @param key that it stands under, for the error
  /// @throws ChangeFileException when it does not compile
  static Formula compile(String text, Where where, String key) {
    try {
      return Formula.compile(text);
    } catch (ConditionException e) {
      throw wrong(where, key, "'" + text + "' is no expression: " + e.getMessage());
    }
  }

  static ChangeFileException wrong(Where where, String key, String message) {
    return new ChangeFileException(List.of(new Problem(where.of(key), message, "")));
  }

  /// The fields of a hash that expressions read.
  static Set<String> fields(Iterable<Formula> formulas) {
    Set<String> names = new TreeSet<>();
    formulas.forEach(formula -> names.addAll(formula.variables()));
    names.remove(VALUE);
    return names;
  }

  /// @param field it is asked for, for the error
  /// @param value what `value` stands for; null: there is none
  static Value value(Formula formula, String field, @Nullable Value value, Draft draft)
      throws Unfit {
    Map<String, Object> variables = draft.variables();
    if (value != null) {
      variables.put(VALUE, plain(value));
    }
    Set<String> missing = new HashSet<>(formula.variables());
    missing.removeAll(variables.keySet());
    String shown = value == null ? "" : value.shown();
    if (!missing.isEmpty()) {
      throw new Unfit(
          field,
          shown,
          "field-missing",
          "there is no " + String.join(", ", new TreeSet<>(missing)));
    }
    try {
      Object result = formula.value(variables);
      if (result instanceof Double number && !Double.isFinite(number)) {
        throw new Unfit(field, shown, "no-value", formula + ": " + number + " is no number");
      }
      return value(result);
    } catch (FormulaException e) {
      throw new Unfit(field, shown, "no-value", formula + ": " + e.why());
    }
  }

  /// What an expression sees of a value.
  static Object plain(Value value) {
    return switch (value) {
      case Value.Text v -> v.text();
      case Value.Numeral v -> number(v.literal());
      case Value.Nothing _ -> Formula.nothing();
      case Value.Other v -> JSON.readValue(v.json(), Object.class);
    };
  }

  private static Object number(String literal) {
    try {
      return Long.valueOf(literal);
    } catch (NumberFormatException e) {
      return Double.valueOf(literal);
    }
  }

  /// What becomes of an expression's result.
  private static Value value(@Nullable Object result) {
    return switch (result) {
      case null -> Value.Nothing.NOTHING;
      case String text -> new Value.Text(text);
      case Long number -> new Value.Numeral(number.toString());
      case Double number -> new Value.Numeral(new BigDecimal(number.toString()).toPlainString());
      default -> new Value.Other(JSON.writeValueAsString(result));
    };
  }
}
