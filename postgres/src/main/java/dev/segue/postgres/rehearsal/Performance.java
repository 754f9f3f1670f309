package dev.segue.postgres.rehearsal;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How every statement fared in every state of the change.
///
/// @param asItIs by statement, before the change; only the old version's
/// @param together while both versions run
/// @param after the contract; only the new version's
/// @param lacking what the live database has and its copy has not
/// @param misfits what kept it from being held: the schema is not one the change can begin with
public record Performance(
    Map<AppStatement, Result> asItIs,
    Map<AppStatement, Result> together,
    Map<AppStatement, Result> after,
    List<String> lacking,
    List<String> misfits) {

  static Performance notHeld(List<String> misfits) {
    return new Performance(Map.of(), Map.of(), Map.of(), List.of(), misfits);
  }

  /// @param trouble the server's words when it cannot be prepared, or null
  /// @param columns types of the columns it answers with, or null where the server does not tell
  ///   (before 16)
  public record Result(@Nullable String trouble, @Nullable String columns) {

    boolean good() {
      return trouble == null;
    }
  }

  /// @param state in words
  public record Failure(AppStatement statement, String state, String trouble) {}

  /// Statements that work in one state they will meet and not in another.
  public List<Failure> failures() {
    List<Failure> failures = new java.util.ArrayList<>();
    together.forEach((statement, result) -> {
      if (result.trouble() != null && !broken(statement)) {
        failures.add(new Failure(statement, "while both versions run", result.trouble()));
      }
    });
    after.forEach((statement, result) -> {
      Result before = together.get(statement);
      if (result.trouble() != null && before != null && before.good()) {
        failures.add(new Failure(statement, "after the contract", result.trouble()));
      }
    });
    return failures;
  }

  /// The old version's that cannot be prepared as things are, nor later: they say nothing about the
  /// change.
  List<Failure> unknown() {
    List<Failure> unknown = new java.util.ArrayList<>();
    asItIs.forEach((statement, result) -> {
      Result later = together.get(statement);
      if (result.trouble() != null && later != null && !later.good()) {
        unknown.add(new Failure(statement, "as it is", result.trouble()));
      }
    });
    return unknown;
  }

  /// How many say the new names already: the server counted them in an earlier run of the change.
  long early() {
    return asItIs.entrySet().stream()
        .filter(e -> {
          Result later = together.get(e.getKey());
          return !e.getValue().good() && later != null && later.good();
        })
        .count();
  }

  /// Those whose answers get other columns: a session that holds one prepared fails once with
  /// "cached plan must not change result type".
  List<AppStatement> otherColumns() {
    List<AppStatement> changed = new java.util.ArrayList<>(changed(asItIs, together));
    changed.addAll(changed(together, after));
    return changed;
  }

  private static List<AppStatement> changed(
      Map<AppStatement, Result> before, Map<AppStatement, Result> then) {
    return before.entrySet().stream()
        .filter(e -> {
          Result later = then.get(e.getKey());
          String columns = e.getValue().columns();
          return later != null
              && later.good()
              && columns != null
              && !columns.equals(later.columns());
        })
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean broken(AppStatement statement) {
    Result before = asItIs.get(statement);
    return before != null && !before.good();
  }
}
