package dev.segue.postgres.schema;

import dev.segue.change.SchemaOperation;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.facade.Facades;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Do the operations go together; and which ways were chosen, and why.
record SchemaGate(Site site, List<SchemaOperation> operations, List<Group> groups, Choice choice)
    implements GateCheck {

  private static final String NAME = "schema";

  @Override
  public List<Finding> ask(Progress progress) {
    return ask(progress, id -> true);
  }

  @Override
  public List<Finding> ask(Progress progress, Predicate<String> planned) {
    List<Finding> findings = new ArrayList<>(spellings());
    for (Group group : groups) {
      switch (group) {
        case Group.Facade facade -> alone(facade).ifPresent(findings::add);
        case Group.Either either -> {
          progress.at("choosing between a facade and columns in step for " + either.table());
          findings.add(way(either, planned));
        }
        case Group.InStep _, Group.Alone _ -> {}
      }
    }
    return List.copyOf(findings);
  }

  /// A run keeps the way of its plan, whatever would be chosen now.
  private Finding way(Group.Either either, Predicate<String> planned) {
    boolean facade = planned.test(Facades.firstStep(either.table()));
    Choice.Way way = choice.of(either.table());
    return Finding.passed(
        NAME,
        either.table()
            + ": "
            + (way.facade() == facade
                ? way.words()
                : facade ? "a facade, as planned" : "columns in step, as planned"));
  }

  private static Optional<Finding> alone(Group.Facade facade) {
    SchemaOperation otherwise = facade.otherwise();
    return otherwise == null
        ? Optional.empty()
        : Optional.of(
            Finding.refused(
                NAME,
                "%s: a facade stands in for %s, and %s changes the table behind it"
                    .formatted(
                        facade.first().where().of("by"), facade.table(), otherwise.where().entry()),
                "Leave out 'by: facade', or make two changes of it."));
  }

  /// One table has one name in a change: what is grouped goes by it.
  private List<Finding> spellings() {
    try (Connection connection = site.open("asking about the tables")) {
      Map<Long, String> seen = new HashMap<>();
      List<Finding> findings = new ArrayList<>();
      for (SchemaOperation operation : operations) {
        String table = operation.table();
        if (table == null) {
          continue;
        }
        Optional<Long> oid = oid(connection, table);
        String other = oid.isEmpty() ? null : seen.putIfAbsent(oid.get(), table);
        if (other != null && !TableName.parse(other).equals(TableName.parse(table))) {
          findings.add(
              Finding.refused(
                  NAME,
                  "%s: %s and %s are the same table".formatted(operation.at(), table, other),
                  "Name it one way."));
        }
      }
      return findings;
    } catch (SQLException e) {
      return List.of(
          Finding.refused(
              NAME, String.valueOf(Sql.failed("asking about the tables", e).getMessage()), null));
    }
  }

  private static Optional<Long> oid(Connection connection, String table) throws SQLException {
    return Prompt.first(
        connection,
        "select pg_catalog.to_regclass(?)::oid::int8 where pg_catalog.to_regclass(?) is not null",
        row -> row.getLong(1),
        TableName.parse(table).quoted(),
        TableName.parse(table).quoted());
  }
}
