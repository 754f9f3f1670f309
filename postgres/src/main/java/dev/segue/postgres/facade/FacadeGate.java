package dev.segue.postgres.facade;

import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Can these operations be carried out on this database, as it is now?
record FacadeGate(List<TableRename> renames) implements GateCheck {

  static final String NAME = "schema";

  /// Of tables that get no facade it asks nothing.
  @Override
  public List<Finding> ask(Progress progress, Predicate<String> planned) {
    List<TableRename> facades =
        renames.stream().filter(rename -> planned.test(Facades.firstStep(rename.text()))).toList();
    return facades.isEmpty() ? List.of() : new FacadeGate(facades).ask(progress);
  }

  @Override
  public List<Finding> ask(Progress progress) {
    try (Connection connection = renames.getFirst().open("asking about")) {
      List<Finding> findings = new ArrayList<>();
      for (TableRename rename : renames) {
        progress.at(rename.text());
        findings.addAll(new TableGate(connection, rename).ask());
      }
      return List.copyOf(findings);
    } catch (SegueException e) {
      return List.of(Finding.refused(NAME, String.valueOf(e.getMessage()), e.remedy()));
    } catch (SQLException e) {
      return List.of(
          Finding.refused(
              NAME, String.valueOf(Sql.failed("asking about the schema", e).getMessage()), null));
    }
  }
}
