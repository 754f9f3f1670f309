package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.CreateView;
import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Piece;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `create-view`: who reads the old one keeps it until the contract, and may read the new one.
record ViewCreation(CreateView operation) implements Undertaking {

  private static final String GRANTS =
      """
      select pg_catalog.format('GRANT %s ON %s TO %s%s', x.privilege_type, ?::text,
        case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end,
        case when x.is_grantable then ' WITH GRANT OPTION' else '' end)
      from pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) x
      where c.oid = ?::int8::oid and x.grantee <> c.relowner order by 1
      """;

  @Override
  public List<Step> steps(Site site) {
    return new Successor("view", operation.name(), operation.replaces())
        .steps(site, this::created, this::dropped);
  }

  private Course created(Connection connection) throws SQLException {
    Relation view = Relation.coming(connection, operation.name(), "v");
    Taken.relation(connection, view.schema(), view.name(), operation.at());
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE VIEW %s AS %s"
            .formatted(view.quoted(), operation.query().strip().replaceFirst(";\\s*$", "")));
    if (operation.replaces() != null) {
      Relation old = view(connection, operation.replaces());
      statements.addAll(
          Prompt.list(connection, GRANTS, row -> row.getString(1), view.quoted(), old.oid()));
    }
    String there = Conditions.relation(view.schema(), view.name());
    return new Course(
        List.of(
            new Piece(
                    Piece.Way.BRIEF,
                    String.join(";\n", statements),
                    null,
                    List.of(),
                    null,
                    "nobody reads it yet")
                .unless(there)),
        List.of(Piece.exclusive("DROP VIEW " + view.quoted(), view.quoted()).when(there)),
        "select " + there);
  }

  private Relation view(Connection connection, String written) throws SQLException {
    Relation old = Relation.required(connection, written, operation.where().of("replaces"));
    if (!old.kind().equals("v")) {
      throw Refusal.notPossible(
          operation.where().of("replaces"), old.quoted() + " is no view", null);
    }
    return old;
  }

  private Course dropped(Connection connection, String replaced) throws SQLException {
    Relation old = view(connection, replaced);
    String there = Conditions.relation(old.oid());
    return Course.forGood(
        List.of(Piece.exclusive("DROP VIEW " + old.quoted(), old.quoted()).when(there)),
        "select not " + there);
  }

  @Override
  public void ask(Inquiry inquiry) throws SQLException {
    inquiry.plotted(this::created);
    if (operation.replaces() == null || inquiry.refused()) {
      return;
    }
    Optional<Relation> old = Relation.find(inquiry.connection(), operation.replaces());
    if (old.isPresent()) {
      inquiry.owned(operation.where().of("replaces"), old.get());
      Dependants.refuse(
          inquiry,
          operation.where().of("replaces"),
          "view " + old.get().quoted(),
          Dependants.of(inquiry.connection(), "pg_class", old.get().oid(), 0));
    }
  }
}
