package dev.segue.postgres.backfill;

import dev.segue.change.Backfill;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Can a declared backfill be carried out on this database, and come to an end?
///
/// @param operations of the same change, which may make what the backfill is about
public record RowsGate(Site site, Backfill.Rows rows, List<SchemaOperation> operations)
    implements GateCheck {

  public RowsGate {
    operations = List.copyOf(operations);
  }

  private String name() {
    return "backfill " + rows.name();
  }

  @Override
  public List<Finding> ask(Progress progress) {
    try (Connection connection = site.open("asking about " + name())) {
      if (comes(connection)) {
        return List.of(
            Finding.warning(
                name(),
                "%s is changed by the same file first: what is set there is looked at when it is there"
                    .formatted(rows.table()),
                null));
      }
      return ask(connection, Declared.read(connection, rows));
    } catch (SegueException e) {
      return List.of(Finding.refused(name(), e.getMessage(), e.remedy()));
    } catch (SQLException e) {
      return List.of(
          Finding.refused(name(), Sql.failed("asking about " + name(), e).getMessage(), null));
    }
  }

  /// Whether a column is not there yet, and this change may be what makes it.
  private boolean comes(Connection connection) throws SQLException {
    if (operations.stream().noneMatch(each -> rows.table().equals(each.table()))) {
      return false;
    }
    String table = TableName.parse(rows.table()).quoted();
    long there =
        Prompt.first(
                connection,
                """
                select count(*) from pg_catalog.pg_attribute
                where attrelid = pg_catalog.to_regclass(?) and attname = any(?) and not attisdropped
                """,
                row -> row.getLong(1),
                table,
                rows.set().columns().toArray(new String[0]))
            .orElse(0L);
    return there < rows.set().columns().size();
  }

  private List<Finding> ask(Connection connection, Declared declared) throws SQLException {
    declared.fit(connection);
    List<Finding> findings = new ArrayList<>();
    Keeping keeping = Keeping.of(connection, site, declared);
    Forecast forecast = Forecast.of(connection, declared.writes().table(), declared.quietly());
    Optional<Finding> refusal = compiles(connection, declared);
    if (refusal.isEmpty()) {
      refusal = new Trial(name(), rows, connection).of(declared.writes());
    }
    refusal.ifPresent(findings::add);
    kept(connection, declared, keeping).ifPresent(findings::add);
    triggers(declared, forecast).ifPresent(findings::add);
    published(connection, declared).ifPresent(findings::add);
    if (findings.stream().noneMatch(Finding::refuses)) {
      findings.addFirst(
          Finding.passed(
              name(),
              "about %s rows of %s; old values are kept in %s; up to %s more on the server's disk, until vacuum makes room again: SQL does not tell how much is free there"
                  .formatted(
                      String.format(Locale.ROOT, "%,d", forecast.rows()),
                      declared.writes().table(),
                      keeping.words(),
                      Forecast.bytes(
                          forecast.tableBytes()
                              + forecast.indexBytes()
                              + kept(connection, declared)))));
    }
    return List.copyOf(findings);
  }

  private static long kept(Connection connection, Declared declared) throws SQLException {
    return declared.rows().keep() == Backfill.Keep.BACKUP ? 0 : Keeping.bytes(connection, declared);
  }

  /// The whole statement, as it will be sent, but not carried out.
  private Optional<Finding> compiles(Connection connection, Declared declared) throws SQLException {
    if (declared.writes() instanceof ByStatement && rows.failures().mode() == Mode.DEFAULT) {
      return Optional.of(
          Finding.refused(
              name(),
              "a default cannot take the place of what 'sql' computes",
              "--failure-mode log-and-skip, or fail"));
    }
    Writes writes = declared.writes();
    try {
      String part =
          Part.of(connection, writes.table()).stream()
              .map(Part::table)
              .findFirst()
              .orElse(writes.table());
      Prompt.texts(connection, "EXPLAIN " + writes.all(part, "true", true));
      return Optional.empty();
    } catch (SQLException e) {
      SegueException refused = Declared.refused(rows, rows.set().key(), e);
      return Optional.of(
          Finding.refused(
              name(),
              refused.getMessage(),
              rows.todo().isBlank()
                  ? "Where values of a type cannot be compared, say by 'todo' which rows are not"
                      + " done."
                  : null));
    }
  }

  private Optional<Finding> kept(Connection connection, Declared declared, Keeping keeping)
      throws SQLException {
    return switch (keeping) {
      case Aside aside when aside.keys().isEmpty() ->
          Optional.of(
              Finding.refused(
                  name(),
                  "the rows of %s have no key by which old values could be found again"
                      .formatted(rows.table()),
                  declared.writes() instanceof ByStatement
                      ? "'keep: backup', or a unique index over columns that are NOT NULL"
                      : "'keep: beside', or 'keep: backup'"));
      case Beside beside ->
          beside
              .trouble(connection, declared)
              .map(trouble ->
                  Finding.advisedAgainst(
                      name(),
                      "old values beside the new ones do not go with " + trouble,
                      "'keep: aside'"));
      case Keeping.Nowhere _ ->
          Optional.of(
              Finding.warning(
                  name(),
                  "old values are not kept: the only way back is the backup, with downtime",
                  "'keep: auto'"));
      case Aside _ -> Optional.empty();
    };
  }

  private Optional<Finding> triggers(Declared declared, Forecast forecast) {
    String message =
        forecast.quiet()
            ? "users' triggers do not fire for these rows"
            : "triggers fire for each of these rows: " + String.join(", ", forecast.triggers());
    return forecast.quiet() || !forecast.triggers().isEmpty()
        ? Optional.of(
            Finding.warning(
                name(),
                message
                    + (declared.referential() ? "; a foreign key or columns in step need it" : ""),
                null))
        : Optional.empty();
  }

  private Optional<Finding> published(Connection connection, Declared declared)
      throws SQLException {
    return Prompt.first(
            connection,
            """
            select pubname from pg_catalog.pg_publication_tables
            where pg_catalog.format('%I.%I', schemaname, tablename) = ? limit 1
            """,
            row -> row.getString(1),
            declared.writes().table())
        .map(publication ->
            Finding.warning(
                name(),
                "every row that is done is sent to the subscribers of " + publication,
                null));
  }
}
