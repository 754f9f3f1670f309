package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.CreateIndex;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Irrevocable;
import dev.segue.conductor.Observation;
import dev.segue.conductor.PlannedStep;
import dev.segue.conductor.Statement;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// Says how often a new index was used since it was built, when the change ends.
record IndexUse(Site site, CreateIndex operation) implements Irrevocable {

  /// Of the index, and of its parts on partitions.
  private static final String SCANS =
      """
      select coalesce(sum(pg_catalog.pg_stat_get_numscans(i)), 0)::bigint
        from (select pg_catalog.to_regclass(?)::oid
              union select relid from pg_catalog.pg_partition_tree(pg_catalog.to_regclass(?))) s (i)
      """;

  @Override
  public String id() {
    return "use-" + operation.name();
  }

  @Override
  public PlannedStep describe() {
    return new PlannedStep(
        id(),
        stage(),
        "Say how often index " + operation.name() + " was used",
        List.of(new Statement("SELECT pg_stat_get_numscans(…)", null, null)),
        "Nothing to take back",
        "It only reads; the next start reads again");
  }

  @Override
  public Observation observe(StepContext context) {
    return Observation.TRACELESS;
  }

  @Override
  public Facts apply(StepContext context) {
    try (Connection connection = site.open("asking how often " + operation.name() + " was used")) {
      // The table may have got another name by the same change; then nobody can be sure.
      Optional<Relation> table = Relation.find(connection, operation.table());
      return table.isEmpty() ? Facts.NONE : used(connection, table.get().beside(operation.name()));
    } catch (SQLException e) {
      throw Sql.failed("asking how often " + operation.name() + " was used", e);
    }
  }

  private static Facts used(Connection connection, String index) throws SQLException {
    long scans = Prompt.first(connection, SCANS, row -> row.getLong(1), index, index).orElse(0L);
    Facts facts = Facts.of("index_scans", scans);
    return scans > 0 ? facts : facts.with("unused", "nobody has used it since it was built");
  }
}
