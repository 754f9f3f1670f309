package dev.segue.postgres.facade;

import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Can these operations be carried out on this database, as it is now?
record FacadeGate(List<TableRename> renames) implements GateCheck {

  static final String NAME = "schema";

  @Override
  public List<Finding> ask(Progress progress) {
    try (Connection connection = renames.getFirst().open("asking about")) {
      List<Finding> findings = new ArrayList<>();
      Map<String, String> seen = new HashMap<>();
      for (TableRename rename : renames) {
        progress.at(rename.text());
        findings.addAll(new TableGate(connection, rename, seen).ask());
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
