package dev.segue.watch;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSource;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.exceptions.CelDivideByZeroException;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.Program;
import dev.cel.validator.CelValidatorFactory;
import dev.cel.validator.validators.DurationLiteralValidator;
import dev.cel.validator.validators.RegexLiteralValidator;
import dev.cel.validator.validators.TimestampLiteralValidator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The one place that compiles CEL. Loaded with the first condition: about 0.4 s, once a process.
///
/// A condition is checked with every variable of type dyn and then run unchecked, so that each
/// comparison is dispatched by the values at hand: the checker alone would pin `http['p95'] > 1` to
/// whole numbers.
final class ConditionCompiler {

  private static final Cel BASE =
      CelFactory.plannerCelBuilder()
          .setOptions(CelOptions.current().enableHeterogeneousNumericComparisons(true).build())
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .setStandardFunctions(
              CelStandardFunctions.newBuilder().excludeFunctions(StandardFunction.DIVIDE).build())
          .addFunctionBindings(
              CelFunctionBinding.fromOverloads(
                  "_/_",
                  CelFunctionBinding.from(
                      "divide_int64", Long.class, Long.class, ConditionCompiler::divide),
                  CelFunctionBinding.from(
                      "divide_double", Double.class, Double.class, ConditionCompiler::divide)))
          .build();

  /// Names that are types in CEL, not variables.
  private static final Set<String> TYPES =
      Set.of(
          "int",
          "uint",
          "double",
          "bool",
          "string",
          "bytes",
          "list",
          "map",
          "type",
          "null_type",
          "google");

  private ConditionCompiler() {}

  /// @param variables the names it reads
  /// @param figures the same down to the last field, as written: `health.errors`
  record Compiled(Program program, SortedSet<String> variables, SortedSet<String> figures) {}

  /// With functions for text, which conditions do without.
  private static final class Formulas {
    static final Cel BASE =
        ConditionCompiler.BASE
            .toCelBuilder()
            .addCompilerLibraries(CelExtensions.strings())
            .addRuntimeLibraries(CelExtensions.strings())
            .build();
  }

  static Compiled compile(String text) {
    PlainDurations durations = PlainDurations.in(text);
    return compile(BASE, durations, ConditionCompiler::mustBeCondition);
  }

  /// Of any type.
  static Compiled compileFormula(String text) {
    return compile(Formulas.BASE, PlainDurations.in(text), type -> {});
  }

  private static void mustBeCondition(CelType result) {
    if (result.kind() != CelKind.BOOL && result.kind() != CelKind.DYN) {
      throw new ConditionException(
          "must be true or false, but is of type " + result.name() + ": compare it with something",
          0);
    }
  }

  private static Compiled compile(Cel base, PlainDurations durations, Consumer<CelType> taken) {
    CelAbstractSyntaxTree parsed = good(base.parse(durations.cel()), durations);
    List<CelNavigableExpr> nodes = CelNavigableAst.fromAst(parsed).getRoot().allNodes().toList();
    SortedSet<String> variables = variables(nodes);
    taken.accept(check(base, parsed, variables, durations).getResultType());
    try {
      return new Compiled(base.createProgram(parsed), variables, figures(nodes, variables));
    } catch (CelEvaluationException e) {
      throw new ConditionException(CelMessages.clean(String.valueOf(e.getMessage())), 0);
    }
  }

  /// Types, names of functions, and what is wrong in a literal: a regular expression, a time.
  private static CelAbstractSyntaxTree check(
      Cel base, CelAbstractSyntaxTree parsed, Set<String> variables, PlainDurations durations) {
    CelBuilder builder = base.toCelBuilder();
    variables.forEach(name -> builder.addVar(name, SimpleType.DYN));
    Cel cel = builder.build();
    CelAbstractSyntaxTree checked = good(cel.check(parsed), durations);
    return good(
        CelValidatorFactory.standardCelValidatorBuilder(cel)
            .addAstValidators(
                DurationLiteralValidator.INSTANCE,
                TimestampLiteralValidator.INSTANCE,
                RegexLiteralValidator.INSTANCE)
            .build()
            .validate(checked),
        durations);
  }

  private static CelAbstractSyntaxTree good(CelValidationResult result, PlainDurations durations) {
    if (!result.hasError()) {
      try {
        return result.getAst();
      } catch (CelValidationException e) {
        throw new IllegalStateException("No error, and yet no tree", e);
      }
    }
    CelIssue first = result.getErrors().getFirst();
    throw new ConditionException(
        CelMessages.clean(first.getMessage()), offset(result.getSource(), first, durations));
  }

  /// CEL counts code points in its own text; people count characters in theirs.
  private static int offset(CelSource source, CelIssue issue, PlainDurations durations) {
    Optional<Integer> points = source.getLocationOffset(issue.getSourceLocation());
    String cel = durations.cel();
    int within = Math.clamp(points.orElse(0), 0, cel.codePointCount(0, cel.length()));
    return durations.original(cel.offsetByCodePoints(0, within));
  }

  /// Every free name. The names that `exists`, `all` and their like bind are not free.
  private static SortedSet<String> variables(List<CelNavigableExpr> nodes) {
    Set<String> bound =
        nodes.stream()
            .filter(n -> n.getKind() == ExprKind.Kind.COMPREHENSION)
            .map(n -> n.expr().comprehension().iterVar())
            .collect(Collectors.toSet());
    return nodes.stream()
        .filter(n -> n.getKind() == ExprKind.Kind.IDENT)
        .map(n -> n.expr().ident().name())
        .filter(name -> !name.startsWith("@") && !bound.contains(name) && !TYPES.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static SortedSet<String> figures(List<CelNavigableExpr> nodes, Set<String> variables) {
    return nodes.stream()
        .filter(n -> n.parent().map(p -> p.getKind() != ExprKind.Kind.SELECT).orElse(true))
        .flatMap(n -> path(n.expr()).stream())
        .filter(path -> variables.contains(path.split("\\.", 2)[0]))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<String> path(CelExpr expr) {
    return switch (expr.getKind()) {
      case IDENT -> Optional.of(expr.ident().name());
      case SELECT ->
          path(expr.select().operand()).map(operand -> operand + "." + expr.select().field());
      case NOT_SET, CONSTANT, CALL, LIST, STRUCT, MAP, COMPREHENSION -> Optional.empty();
    };
  }

  private static Object divide(Long dividend, Long divisor) {
    if (divisor == 0) {
      throw new CelDivideByZeroException();
    }
    return dividend / divisor;
  }

  /// Unlike CEL's own: 0 errors of 0 requests is no rate, rather than NaN, which compares as
  /// greater than everything.
  private static Object divide(Double dividend, Double divisor) {
    if (divisor == 0) {
      throw new CelDivideByZeroException();
    }
    return dividend / divisor;
  }
}
