package dev.segue.postgres.rehearsal;

import dev.segue.change.SchemaOperation;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Site;
import java.util.List;
import java.util.Locale;

/// A step of the change, and what in the change file asks for it.
///
/// @param operation the first of those it carries out
public record Act(SchemaOperation operation, Step step) {

  /// The change's steps, where they would be carried out.
  @FunctionalInterface
  public interface Script {
    List<Act> at(Site site);
  }

  /// For people: `change.yaml:12:5: add-check`.
  String words() {
    String name =
        operation instanceof SchemaOperation.RawSql
            ? "sql"
            : operation
                .getClass()
                .getSimpleName()
                .replaceAll("(?<=.)([A-Z])", "-$1")
                .toLowerCase(Locale.ROOT);
    return operation.where().entry() + ": " + name;
  }
}
