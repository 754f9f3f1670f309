package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Can these operations be carried out on this database, as it is now?
record OperationsGate(Site site, List<SchemaOperation> operations) implements GateCheck {

  OperationsGate {
    operations = List.copyOf(operations);
  }

  @Override
  public List<Finding> ask(Progress progress) {
    try (Connection connection = site.open("asking about the schema")) {
      Inquiry inquiry = new Inquiry(connection, operations);
      List<Undertaking> undertakings = Operations.undertakings(operations).toList();
      for (Undertaking undertaking : undertakings) {
        try {
          undertaking.ask(inquiry);
        } catch (SegueException e) {
          inquiry.refuse(e);
        }
      }
      inquiry.passed("%d operations can be carried out".formatted(undertakings.size()));
      return inquiry.findings();
    } catch (SegueException e) {
      return List.of(Finding.refused(Inquiry.NAME, String.valueOf(e.getMessage()), e.remedy()));
    } catch (SQLException e) {
      return List.of(
          Finding.refused(
              Inquiry.NAME,
              String.valueOf(Sql.failed("asking about the schema", e).getMessage()),
              null));
    }
  }
}
