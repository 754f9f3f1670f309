package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.RebuildIndex;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// `rebuild-index`. There is nothing to take back: the index is the same, only smaller.
record IndexRebuild(RebuildIndex operation) implements Undertaking {

  @Override
  public List<Step> steps(Site site) {
    Journey journey =
        Journey.expanding(
                "rebuild-index-" + operation.index(),
                "Build index %s anew, concurrently".formatted(operation.index()),
                this::course)
            .goingBack("Nothing to undo: it is the same index; leftovers go");
    return List.of(new JourneyStep(site, journey));
  }

  private Course course(Connection connection) throws SQLException {
    Index index = Index.required(connection, operation.index(), operation.at());
    Piece leftovers =
        Piece.lasting(
                "DROP INDEX CONCURRENTLY IF EXISTS %s"
                    .formatted(quoted(index.schema(), index.name() + "_ccnew")),
                index.table())
            .each(leftovers(index))
            .noted("only where a rebuild that was cut short has left one, or an _ccold");
    // The one that takes its place has another number.
    String before =
        "exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = %s and c.relname = %s and c.oid = %d)"
            .formatted(literal(index.schema()), literal(index.name()), index.oid());
    if (index.partitioned()) {
      throw Refusal.notPossible(
          operation.at(),
          index.quoted() + " is of a partitioned table: it has no rows of its own",
          "Rebuild the indexes of its partitions.");
    }
    Piece rebuild =
        Piece.lasting("REINDEX INDEX CONCURRENTLY " + index.quoted(), index.table()).when(before);
    return new Course(
        List.of(leftovers, rebuild, leftovers),
        List.of(leftovers),
        "select not (%s) and %s"
            .formatted(before, Conditions.index(index.schema(), index.name(), true)));
  }

  /// What a rebuild that was cut short has left; PostgreSQL numbers them.
  private static String leftovers(Index index) {
    return """
    select pg_catalog.format('DROP INDEX CONCURRENTLY IF EXISTS %%I.%%I', n.nspname, c.relname)
    from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indexrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = %s and c.relname ~ %s and not x.indisvalid\
    """
        .formatted(literal(index.schema()), literal(pattern(index.name())));
  }

  /// PostgreSQL cuts the index's name where it must.
  private static String pattern(String index) {
    String head = index.length() > 50 ? index.substring(0, 50) : index;
    return "^" + head.replaceAll("([^A-Za-z0-9_])", "\\\\$1") + ".*_cc(new|old)[0-9]*$";
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    inquiry.plotted(this::course);
  }
}
