package dev.segue.postgres.schema;

import dev.segue.change.Change;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Stage;
import dev.segue.postgres.definition.Difference;
import dev.segue.postgres.definition.SchemaDefinition;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.rehearsal.Act;
import dev.segue.postgres.rehearsal.SchemaCopy;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a change's database is made of, and what the change has promised to make of it.
public final class Definitions {

  private final Change change;
  private final Site site;
  private final List<Group> groups;

  private Definitions(Change change, PostgresTarget target) {
    this.change = change;
    this.site = new Site(change.name(), target);
    this.groups = Group.of(change.schema());
  }

  /// @throws SegueException USER `no-database` where the change has none
  public static Definitions of(Change change) {
    PostgresTarget target = change.postgres();
    if (target == null) {
      throw new SegueException(
          Kind.USER, "no-database", "The change has no 'postgres', so there is no schema", null);
    }
    return new Definitions(change, target);
  }

  public SchemaDefinition live() {
    return DefinitionStep.live(site);
  }

  /// The tables of the change alone, with what is a part of them and what these need.
  public SchemaDefinition touched() {
    try (Connection connection = site.open("reading the schema's definition")) {
      connection.setAutoCommit(false);
      Set<Long> tables = new TreeSet<>();
      for (SchemaOperation operation : change.schema()) {
        String table = operation.table();
        if (table != null) {
          oid(connection, table).ifPresent(tables::add);
        }
      }
      SchemaDefinition definition = SchemaDefinition.ofTables(connection, tables);
      connection.rollback();
      return definition;
    } catch (SQLException e) {
      throw Sql.failed("reading the schema's definition", e);
    }
  }

  private static Optional<Long> oid(Connection connection, String table) throws SQLException {
    return Prompt.first(
        connection,
        "select c.oid::int8 from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass(?)",
        row -> row.getLong(1),
        TableName.parse(table).quoted());
  }

  /// How the live schema differs from what a run must have made of the one it began with.
  ///
  /// @param directory the run's
  /// @param kept the facts of its step `definition`
  /// @param applied the steps that stand
  /// @return empty when nothing does
  public List<Difference> differences(String run, Path directory, Facts kept, Set<String> applied) {
    SchemaDefinition before = KeptDefinition.read(directory, kept);
    if (applied.isEmpty()) {
      return before.differences(live());
    }
    try (Connection connection = site.open("asking where names are looked for")) {
      String path = Sql.one(connection, "show search_path", row -> row.getString(1));
      return promised(before, path, run, applied).differencesInEssence(live().withoutAccess());
    } catch (SQLException e) {
      throw Sql.failed("making a copy of the schema", e);
    }
  }

  /// What the same steps make of a copy. Nobody is granted anything there, and what the copy lacks
  /// is taken as it was.
  private SchemaDefinition promised(
      SchemaDefinition before, String path, String run, Set<String> applied) throws SQLException {
    try (SchemaCopy copy = SchemaCopy.of(site, before, path, run)) {
      List<Act> acts =
          Composition.all(copy.site(), groups, new Choice(change, copy.site(), groups)).stream()
              .filter(act -> applied.contains(act.step().id()))
              .toList();
      copy.play(acts, Stage.EXPAND);
      copy.play(acts, Stage.CONTRACT);
      SchemaDefinition played = DefinitionStep.live(copy.site()).withoutAccess();
      List<SchemaDefinition.Entry> entries = new ArrayList<>(played.entries());
      for (SchemaDefinition.Entry entry : before.withoutAccess().entries()) {
        boolean lacking =
            copy.lacking().stream().anyMatch(lack -> lack.startsWith(entry.what() + ": "));
        if (lacking) {
          entries.add(entry);
        }
      }
      return new SchemaDefinition(entries, played.leftOut());
    }
  }
}
