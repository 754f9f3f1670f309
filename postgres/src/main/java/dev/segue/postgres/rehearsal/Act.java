package dev.segue.postgres.rehearsal;

import dev.segue.change.SchemaOperation;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Site;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A step of the change, and what in the change file asks for it.
///
/// @param operation the first of those it carries out
public record Act(SchemaOperation operation, Step step) {

  private static final Pattern OUTSIDE =
      Pattern.compile(
          "\\b(role|user|group|tablespace|database|system|server|subscription|program|dblink\\w*)\\b",
          Pattern.CASE_INSENSITIVE);

  /// The change's steps, where they would be carried out.
  @FunctionalInterface
  public interface Script {
    List<Act> at(Site site);
  }

  /// Whether it sends statements of the team's own that have an effect outside of the database they
  /// are sent to.
  boolean reachesOut() {
    return operation instanceof SchemaOperation.RawSql sql
        && (OUTSIDE.matcher(sql.up()).find()
            || (sql.contract() != null && OUTSIDE.matcher(sql.contract()).find()));
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
