package dev.segue.watch;

import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A compiled CEL expression that gives a value, with functions for text: `split`, `join`,
/// `replace`, `substring`, `trim`, `lowerAscii` …
///
/// Immutable and safe to share.
public final class Formula {

  private final String text;
  private final ConditionCompiler.Compiled compiled;

  private Formula(String text, ConditionCompiler.Compiled compiled) {
    this.text = text;
    this.compiled = compiled;
  }

  /// @throws ConditionException when the text is no expression; it says where and why
  public static Formula compile(String text) {
    return new Formula(text, ConditionCompiler.compileFormula(text));
  }

  /// The names it reads.
  public SortedSet<String> variables() {
    return compiled.variables();
  }

  /// @param variables by name: texts, whole and decimal numbers, flags, lists and maps of them
  /// @return null, a text, a number, a flag, a list or a map
  /// @throws FormulaException when these variables give no value
  public @Nullable Object value(Map<String, Object> variables) throws FormulaException {
    try {
      return plain(compiled.program().eval(variables));
    } catch (CelEvaluationException e) {
      throw new FormulaException(CelMessages.clean(String.valueOf(e.getMessage())));
    }
  }

  @Override
  public String toString() {
    return text;
  }

  /// What takes the place of null where a variable has none.
  public static Object nothing() {
    return NullValue.NULL_VALUE;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case NullValue _ -> null;
      case List<?> list -> list.stream().map(Formula::plain).toList();
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        map.forEach((name, member) -> all.put(String.valueOf(name), plain(member)));
        yield all;
      }
      default -> value;
    };
  }

  /// Why an expression gives no value for what it was given.
  public static final class FormulaException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String why;

    FormulaException(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    public String why() {
      return why;
    }
  }
}
