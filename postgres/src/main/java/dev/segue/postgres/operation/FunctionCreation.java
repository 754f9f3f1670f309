package dev.segue.postgres.operation;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.change.SchemaOperation.CreateFunction;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// `create-function`: old callers keep theirs until the contract.
record FunctionCreation(CreateFunction operation) implements Undertaking {

  private static final String FOUND =
      """
      select p.oid::int8 as oid, p.oid::regprocedure::text as name,
        pg_catalog.pg_has_role(p.proowner, 'usage') as ours
      from pg_catalog.pg_proc p where p.oid = ?::int8::oid
      """;

  private record Routine(long oid, String name, boolean ours) {}

  @Override
  public List<Step> steps(Site site) {
    return new Successor("function", operation.name(), operation.replaces())
        .steps(site, this::created, this::dropped);
  }

  private Course created(Connection connection) throws SQLException {
    String name = qualified(connection);
    String there = "pg_catalog.to_regprocedure(%s) is not null".formatted(literal(name));
    Refusal.whereTaken(connection, there, operation.at(), "function " + name);
    return new Course(
        List.of(
            new Piece(
                    Piece.Way.BRIEF,
                    operation.definition().strip().replaceFirst(";\\s*$", ""),
                    null,
                    List.of(),
                    null,
                    "as the change file has it; nobody calls it yet")
                .unless(there)),
        List.of(
            new Piece(
                    Piece.Way.BRIEF, "DROP ROUTINE IF EXISTS " + name, null, List.of(), null, null)
                .when(there)),
        "select " + there);
  }

  /// In the schema where CREATE FUNCTION puts it, when the file names none.
  private String qualified(Connection connection) throws SQLException {
    String name = operation.name().strip();
    int arguments = name.indexOf('(');
    String head = arguments < 0 ? name : name.substring(0, arguments);
    if (head.contains(".")) {
      return name;
    }
    return Prompt.list(
                connection,
                "select pg_catalog.quote_ident(pg_catalog.current_schema())",
                row -> row.getString(1))
            .getFirst()
        + "."
        + name;
  }

  private Course dropped(Connection connection, String replaced) throws SQLException {
    Optional<Routine> found = find(connection, replaced);
    if (found.isEmpty()) {
      throw Refusal.notPossible(
          operation.where().of("replaces"),
          "there is no function " + replaced,
          "Write it with its argument types: totals(integer).");
    }
    String there = "exists (select from pg_catalog.pg_proc where oid = " + found.get().oid() + ")";
    return Course.forGood(
        List.of(
            new Piece(
                    Piece.Way.BRIEF,
                    "DROP ROUTINE " + found.get().name(),
                    null,
                    List.of(),
                    null,
                    null)
                .when(there)),
        "select not " + there);
  }

  private static Optional<Routine> find(Connection connection, String name) throws SQLException {
    Optional<Long> oid =
        Prompt.first(
            connection,
            "select p.oid::int8 from pg_catalog.pg_proc p"
                + " where p.oid = pg_catalog.to_regprocedure(?)",
            row -> row.getLong(1),
            name);
    if (oid.isEmpty()) {
      return Optional.empty();
    }
    return Definitions.read(
            connection,
            FOUND,
            row -> new Routine(row.getLong("oid"), row.getString("name"), row.getBoolean("ours")),
            oid.get())
        .stream()
        .findFirst();
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    inquiry.plotted(this::created);
    if (operation.replaces() == null) {
      return;
    }
    String replaced = operation.replaces();
    inquiry.plotted(connection -> dropped(connection, replaced));
    Optional<Routine> found = find(inquiry.connection(), replaced);
    if (found.isPresent()) {
      if (!found.get().ours()) {
        inquiry.refuse(
            operation.where().of("replaces"), replaced + " belongs to another role", null);
      }
      Dependants.refuse(
          inquiry,
          operation.where().of("replaces"),
          "function " + found.get().name(),
          Dependants.of(inquiry.connection(), "pg_proc", found.get().oid(), 0));
    }
  }
}
