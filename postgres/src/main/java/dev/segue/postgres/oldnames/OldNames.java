package dev.segue.postgres.oldnames;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who still says the names that go with the contract, as far as the server can tell:
/// pg_stat_statements counts calls but not when they came, so counts are kept from the switch and
/// compared later; pg_stat_activity knows each session's last statement. Best effort: what neither
/// saw is not known.
public final class OldNames {

  private static final int SHOWN = 160;

  private static final String SESSIONS =
      """
      select pid, usename, application_name, state,
        regexp_replace(query, '\\s+', ' ', 'g') as query
      from pg_catalog.pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and application_name not like 'segue: %' and query_start >= ?::timestamptz
        and query ~* ? and query ~* ?
      """;

  private final List<OldName> names;

  private OldNames(List<OldName> names) {
    this.names = names;
  }

  /// The names that these operations take away with the contract.
  public static OldNames of(Collection<? extends SchemaOperation> operations) {
    return new OldNames(operations.stream().flatMap(o -> OldName.of(o).stream()).toList());
  }

  public boolean none() {
    return names.isEmpty();
  }

  /// @param by who uses them, a line each; empty when nobody was seen
  /// @param words what that rests on
  private record Use(Set<String> by, String words) {}

  /// Keeps the contract from coming while they are said.
  ///
  /// @return `old_names`: what is known about their use, in words
  /// @throws SegueException REFUSED `old-names-in-use`, unless a person has said `--force`
  public Facts proveUnused(Site site, StepContext context) {
    try (Connection connection = site.open("looking for old names")) {
      Use use = since(connection, context.factsOf(OldNamesStep.ID));
      if (!use.by().isEmpty() && !context.forced()) {
        throw new SegueException(
            Kind.REFUSED,
            "old-names-in-use",
            "Old names have been used since the switch (%s; %s):\n  %s"
                .formatted(this, use.words(), String.join("\n  ", use.by())),
            "After the contract these statements fail. Find who sends them; then run"
                + " 'segue finish' again, or 'segue finish --force' when they no longer matter.");
      }
      return Facts.of("old_names", use.words());
    } catch (SQLException e) {
      throw Sql.failed("looking for users of old names", e);
    }
  }

  /// Counts as they are now, to be kept until [#proveUnused].
  Facts count(Connection connection) throws SQLException {
    Facts facts =
        Facts.of(
            "at",
            Prompt.first(connection, "select now()::text", r -> r.getString(1)).orElseThrow());
    Map<String, Object> calls = new LinkedHashMap<>();
    for (OldName name : names) {
      Optional<List<Called>> found = Called.matching(connection, name.one(), name.other());
      if (found.isEmpty()) {
        return facts;
      }
      found.get().forEach(called -> calls.put(called.id(), called.calls()));
    }
    return facts.with("calls", calls);
  }

  /// @param counted what [#count] found, or nothing
  private Use since(Connection connection, Facts counted) throws SQLException {
    Optional<String> at = counted.text("at");
    if (at.isEmpty()) {
      return new Use(Set.of(), "not known: nothing was counted at the switch");
    }
    Set<String> by = new LinkedHashSet<>();
    Map<String, Called> now = new LinkedHashMap<>();
    boolean counts = counted.values().get("calls") instanceof Map<?, ?>;
    for (OldName name : names) {
      by.addAll(sessions(connection, name, at.get()));
      Optional<List<Called>> called = Called.matching(connection, name.one(), name.other());
      counts = counts && called.isPresent();
      called.orElse(List.of()).forEach(c -> now.put(c.id(), c));
    }
    if (!counts || !(counted.values().get("calls") instanceof Map<?, ?> before)) {
      return new Use(by, "pg_stat_activity alone: pg_stat_statements cannot be read");
    }
    for (Called statement : now.values()) {
      long had = before.get(statement.id()) instanceof Number n ? n.longValue() : 0;
      // Fewer than before: the counters were reset, so all of these came later.
      long more = statement.calls() < had ? statement.calls() : statement.calls() - had;
      if (more > 0) {
        by.add(more + " calls: " + cut(statement.text()));
      }
    }
    return new Use(
        by,
        "pg_stat_statements and pg_stat_activity since %s; statements with old names: %d"
            .formatted(at.get(), now.size()));
  }

  private static List<String> sessions(Connection connection, OldName name, String since)
      throws SQLException {
    return Prompt.list(
        connection,
        SESSIONS,
        row ->
            "pid %d, user %s, application '%s', %s: %s"
                .formatted(
                    row.getInt("pid"),
                    row.getString("usename"),
                    row.getString("application_name"),
                    row.getString("state"),
                    cut(row.getString("query"))),
        since,
        name.one(),
        name.other());
  }

  /// A statement short enough for a line.
  public static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " …";
  }

  @Override
  public String toString() {
    return String.join("; ", names.stream().map(OldName::what).toList());
  }
}
