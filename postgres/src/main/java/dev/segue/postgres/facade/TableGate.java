package dev.segue.postgres.facade;

import static dev.segue.postgres.facade.FacadeGate.NAME;

import dev.segue.change.Durations;
import dev.segue.change.Place;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Observation;
import dev.segue.postgres.facade.TableState.Facade;
import dev.segue.postgres.facade.TableState.Missing;
import dev.segue.postgres.facade.TableState.Other;
import dev.segue.postgres.facade.TableState.Plain;
import dev.segue.postgres.locking.Blockers;
import dev.segue.postgres.locking.Blockers.Session;
import dev.segue.postgres.oldnames.Called;
import dev.segue.postgres.oldnames.OldNames;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Nearest;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one table's renames need.
record TableGate(Connection connection, TableRename rename) {

  private static final Duration LONG = Duration.ofSeconds(5);

  private static final String STAR = "(\\mselect\\s+|\\mreturning\\s+|,\\s*|\\.)\\*";

  private static final Set<String> SYSTEM_COLUMNS =
      Set.of("tableoid", "cmax", "xmax", "cmin", "xmin", "ctid");

  List<Finding> ask() throws SQLException {
    TableState state = Catalogue.state(connection, rename.name());
    return switch (state) {
      case Missing missing ->
          List.of(
              refused(
                  at(),
                  "there is no table " + missing.name() + Nearest.hint(missing.nearest()),
                  null));
      case Other other when other.what().equals("a view") -> List.of(view(other));
      case Other other -> List.of(refused(at(), other.name() + " is " + other.what(), null));
      case Facade facade -> List.of(facade(facade));
      case Plain plain -> table(plain);
    };
  }

  private Finding view(Other other) {
    return refused(
        at(),
        other.name() + " is a view; its columns are named in its definition",
        "Rename the column of the table behind it, or replace the view.");
  }

  private Finding facade(Facade facade) {
    String mark = String.valueOf(facade.comment());
    if (rename.isOurs(facade)) {
      String how =
          switch (Sighting.expansion(rename, facade)) {
            case Observation.Present _ -> "and stands whole";
            case Observation.Partial partial -> "but " + partial.what();
            case Observation.Absent _, Observation.Traceless _ -> "";
          };
      return Finding.warning(
          NAME,
          "%s: a facade is there from an earlier run (%s), %s".formatted(at(), mark, how),
          "It is used as it is. 'segue rollback' takes it away.");
    }
    return TableRename.marked(mark)
        ? refused(
            at(),
            facade.facts().name() + " is in the middle of another change (" + mark + ")",
            "Finish that change or take it back first.")
        : refused(
            at(),
            "%s is a view over %s, a name Segue uses"
                .formatted(facade.facts().name(), facade.facts().aside()),
            "Rename one of the two.");
  }

  private List<Finding> table(Plain plain) throws SQLException {
    TableFacts facts = plain.facts();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(names(facts));
    if (plain.asideTaken() || typeTaken(facts)) {
      findings.add(
          refused(
              at(),
              "%s would step aside as %s, and something else has that name"
                  .formatted(facts.name(), facts.aside()),
              "Rename or drop the other."));
    }
    findings.addAll(privileges(facts));
    findings.addAll(FacadeRule.broken(connection, plain.oid(), facts, rename, at()));
    findings.addAll(stars(facts));
    findings.addAll(longTransactions(facts));
    if (findings.stream().noneMatch(f -> f.level() == Finding.Level.REFUSED)) {
      findings.add(
          Finding.passed(
              NAME,
              "%s: %s, %s; none of them is touched"
                  .formatted(
                      facts.name(),
                      renamed(),
                      // The catalogue's estimate; there is none before the first ANALYZE.
                      facts.rows() > 0
                          ? "about %,d rows".formatted(facts.rows())
                          : "rows not yet counted by the server")));
    }
    return findings;
  }

  private List<Finding> names(TableFacts facts) {
    List<Finding> findings = new ArrayList<>();
    Set<String> from = new HashSet<>();
    Set<String> to = new HashSet<>();
    for (RenameColumn column : rename.columns()) {
      if (!facts.has(column.from())) {
        findings.add(noColumn(facts, column));
      }
      if (!from.add(column.from())) {
        findings.add(refused(column.fromAt(), column.from() + " is renamed twice", null));
      }
      if (facts.has(column.to()) || SYSTEM_COLUMNS.contains(column.to())) {
        findings.add(
            refused(
                column.toAt(),
                "%s already has a column %s".formatted(facts.name(), column.to()),
                "Choose another new name."));
      }
      if (!to.add(column.to())) {
        findings.add(refused(column.toAt(), "two columns would be called " + column.to(), null));
      }
      if (Identifiers.bytes(column.to()) > Identifiers.MAX_BYTES) {
        findings.add(
            refused(
                column.toAt(),
                "%s is longer than %d bytes; PostgreSQL would cut it"
                    .formatted(column.to(), Identifiers.MAX_BYTES),
                "Choose a shorter name."));
      }
    }
    return findings;
  }

  private Finding noColumn(TableFacts facts, RenameColumn column) {
    String message = facts.name() + " has no column " + column.from();
    return facts.has(column.to())
        ? refused(
            column.fromAt(),
            message + ", but it has " + column.to(),
            "It seems to be done already.")
        : refused(
            column.fromAt(),
            message + Nearest.hint(Nearest.to(column.from(), facts.columnNames())),
            null);
  }

  /// A table's name is its row type's as well.
  private boolean typeTaken(TableFacts facts) throws SQLException {
    return Prompt.first(
            connection,
            """
            select 1 from pg_catalog.pg_type t
            join pg_catalog.pg_namespace n on n.oid = t.typnamespace
            where n.nspname = ? and t.typname = ?
            """,
            row -> row.getInt(1),
            facts.schema(),
            facts.aside())
        .isPresent();
  }

  private List<Finding> privileges(TableFacts facts) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    if (!may(
        "select pg_catalog.pg_has_role(current_user, ?::text::name, 'usage')", facts.owner())) {
      findings.add(
          refused(
              at(),
              "%s belongs to %s, and %s is not a member of that role"
                  .formatted(facts.name(), facts.owner(), facts.reader()),
              "GRANT %s TO %s, or connect as the owner."
                  .formatted(
                      Identifiers.quoted(facts.owner()), Identifiers.quoted(facts.reader()))));
    }
    if (!may("select pg_catalog.has_schema_privilege(current_user, ?, 'create')", facts.schema())) {
      findings.add(
          refused(
              at(),
              "%s may not create anything in schema %s, and a facade is a view there"
                  .formatted(facts.reader(), facts.schema()),
              "GRANT CREATE ON SCHEMA %s TO %s"
                  .formatted(
                      Identifiers.quoted(facts.schema()), Identifiers.quoted(facts.reader()))));
    }
    return findings;
  }

  private boolean may(String question, String about) throws SQLException {
    return Prompt.first(connection, question, row -> row.getBoolean(1), about).orElse(false);
  }

  private List<Finding> longTransactions(TableFacts facts) throws SQLException {
    return Blockers.of(
            connection, List.of(facts.name(), Identifiers.quoted(facts.schema(), facts.aside())))
        .stream()
        .filter(session -> session.age().compareTo(LONG) > 0)
        .map(Session::toString)
        .map(session ->
            Finding.warning(
                NAME,
                "%s is in use by a long transaction: %s".formatted(facts.name(), session),
                "The facade waits for it, in tries of %s; let it end first."
                    .formatted(Durations.format(rename.site().target().lockTimeout()))))
        .toList();
  }

  /// A prepared `SELECT *` keeps the columns it was prepared with.
  private List<Finding> stars(TableFacts facts) throws SQLException {
    return Called.matching(connection, Called.word(List.of(facts.table())), STAR)
        .orElse(List.of())
        .stream()
        .map(called ->
            Finding.warning(
                NAME,
                "%s has more columns while its facade stands: a session that holds this statement prepared may fail once with 'cached plan must not change result type' (calls so far: %,d): %s"
                    .formatted(facts.name(), called.calls(), OldNames.cut(called.text())),
                "Name the columns in the statement, or see that the driver prepares it again."))
        .toList();
  }

  private String renamed() {
    return String.join(
        ", ", rename.columns().stream().map(c -> c.from() + " → " + c.to()).toList());
  }

  private Place at() {
    return rename.columns().getFirst().at();
  }

  private static Finding refused(Place at, String message, @Nullable String remedy) {
    return Finding.refused(NAME, at + ": " + message, remedy);
  }
}
