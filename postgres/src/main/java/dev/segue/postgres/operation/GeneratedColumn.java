package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `add-column` with `generated`. From PostgreSQL 18 on it is virtual where it can be, and that is
/// free; stored, every row is written anew under a lock.
record GeneratedColumn(AddColumn operation, String expression) implements Undertaking {

  private static final int VIRTUAL_SINCE = 18;

  /// The file may say which.
  private static final Pattern SAYS =
      Pattern.compile("^(.*)\\s(STORED|VIRTUAL)$", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  @Override
  public List<Step> steps(Site site) {
    return List.of(
        new JourneyStep(
            site,
            Journey.expanding(
                "add-column-%s-%s".formatted(operation.table(), operation.column()),
                "Add generated column %s to %s".formatted(operation.column(), operation.table()),
                this::course)));
  }

  private Course course(Connection connection) throws SQLException {
    Relation table = Relation.table(connection, operation.table());
    Refusal.whereTaken(
        connection,
        Conditions.column(table.oid(), operation.column()),
        operation.where().of("column"),
        "column %s of %s".formatted(operation.column(), table.quoted()));
    boolean virtual = virtual(connection, table);
    Piece add =
        Piece.exclusive(
                "ALTER TABLE %s ADD COLUMN %s".formatted(table.quoted(), definition(virtual)),
                table.quoted())
            .unless(Conditions.column(table.oid(), operation.column()))
            .noted(
                virtual
                    ? "catalogue only: it is computed when it is read"
                    : "every row is written anew; nobody reads or writes meanwhile, "
                        + Weight.blocked(table));
    return new Course(
        List.of(add),
        List.of(
            Piece.exclusive(
                "ALTER TABLE %s DROP COLUMN IF EXISTS %s"
                    .formatted(table.quoted(), quoted(operation.column())),
                table.quoted())),
        "select " + Conditions.column(table.oid(), operation.column()));
  }

  private String definition(boolean virtual) {
    Matcher says = SAYS.matcher(expression.strip());
    return "%s %s GENERATED ALWAYS AS (%s) %s%s"
        .formatted(
            quoted(operation.column()),
            operation.type(),
            (says.matches() ? says.group(1) : expression).strip(),
            virtual ? "VIRTUAL" : "STORED",
            operation.notNull() ? " NOT NULL" : "");
  }

  private boolean virtual(Connection connection, Relation table) throws SQLException {
    Matcher says = SAYS.matcher(expression.strip());
    if (says.matches()) {
      return says.group(2).equalsIgnoreCase("virtual");
    }
    return connection.getMetaData().getDatabaseMajorVersion() >= VIRTUAL_SINCE
        && table.oid() != 0
        && tried(connection, table);
  }

  /// Types and functions of one's own are not for virtual columns: tried on an empty copy, which
  /// does not stay.
  private boolean tried(Connection connection, Relation table) throws SQLException {
    boolean alone = connection.getAutoCommit();
    connection.setAutoCommit(false);
    Savepoint before = connection.setSavepoint();
    try {
      Prompt.execute(
          connection, "CREATE TEMP TABLE generated__segue (LIKE %s)".formatted(table.quoted()));
      Prompt.execute(
          connection, "ALTER TABLE pg_temp.generated__segue ADD COLUMN " + definition(true));
      return true;
    } catch (SQLException e) {
      return false;
    } finally {
      connection.rollback(before);
      if (alone) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    Optional<Relation> table = inquiry.table(operation.at(), operation.table());
    if (table.isPresent()) {
      inquiry.plotted(this::course);
      if (!virtual(inquiry.connection(), table.get())) {
        Weight.ask(
            inquiry,
            operation.where().of("generated"),
            table.get(),
            "writing every row anew for a stored column");
      }
    }
  }
}
