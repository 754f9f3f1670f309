package dev.segue.change;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One change to the data layer of a live application, as its file describes it.
///
/// @param name what the change is called; the key of its journal and lease (`[a-z0-9][a-z0-9-]*`,
///   at most 50 characters)
/// @param postgres the database that changes; null when the change touches none
/// @param data that gets a new form
/// @param deploy how the new version is put in the old one's place; null when only data changes
public record Change(
    String name,
    String summary,
    @Nullable PostgresTarget postgres,
    List<Gate> gates,
    Rehearsal rehearsal,
    @Nullable Backup backup,
    List<SchemaOperation> schema,
    Data data,
    @Nullable Deploy deploy,
    List<Check> verify,
    @Nullable Watch watch,
    RollbackWindows rollback,
    Contract contract) {

  public Change {
    gates = List.copyOf(gates);
    schema = List.copyOf(schema);
    verify = List.copyOf(verify);
  }

  /// One that leaves the data in its form.
  public Change(
      String name,
      String summary,
      @Nullable PostgresTarget postgres,
      List<Gate> gates,
      Rehearsal rehearsal,
      @Nullable PostgresBackup backup,
      List<SchemaOperation> schema,
      @Nullable Deploy deploy,
      List<Check> verify,
      @Nullable Watch watch,
      RollbackWindows rollback,
      Contract contract) {
    this(
        name,
        summary,
        postgres,
        gates,
        rehearsal,
        backup == null ? null : new Backup(backup, null),
        schema,
        Data.NONE,
        deploy,
        verify,
        watch,
        rollback,
        contract);
  }

  /// Every condition in the file, in its order, for whoever compiles them.
  public List<Expression> expressions() {
    List<Expression> all = new ArrayList<>();
    for (Gate gate : gates) {
      switch (gate) {
        case Gate.Health health -> all.add(health.expect());
        case Gate.Window _, Gate.LastChange _ -> {}
      }
    }
    if (deploy != null && deploy.health().expect() != null) {
      all.add(deploy.health().expect());
    }
    for (Check check : verify) {
      switch (check) {
        case Check.Http http -> all.add(http.expect());
        case Check.Sql sql -> all.add(sql.expect());
        case Check.Command _ -> {}
      }
    }
    if (watch != null) {
      watch.rules().forEach(rule -> all.add(rule.condition()));
    }
    return List.copyOf(all);
  }
}
