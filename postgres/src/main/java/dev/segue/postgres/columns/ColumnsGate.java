package dev.segue.postgres.columns;

import static java.util.stream.Collectors.joining;

import dev.segue.change.Place;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SplitColumn;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.postgres.online.Effects;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Can columns of this table be kept in step?
record ColumnsGate(Wish wish) implements GateCheck {

  static final String NAME = "schema";

  private static final Set<String> SYSTEM_COLUMNS =
      Set.of("tableoid", "cmax", "xmax", "cmin", "xmin", "ctid");

  @Override
  public List<Finding> ask(Progress progress) {
    if (!wish.required().getAsBoolean()) {
      return List.of(Finding.passed(NAME, wish.table() + ": no columns need to be kept in step"));
    }
    progress.at("looking at " + wish.table());
    try (Connection connection = wish.site().open("asking about " + wish.table())) {
      return ask(connection);
    } catch (SegueException e) {
      return List.of(refused(String.valueOf(e.getMessage()), e.remedy()));
    } catch (SQLException e) {
      return List.of(refused(at() + ": cannot be looked at: " + e.getMessage(), null));
    }
  }

  private List<Finding> ask(Connection connection) throws SQLException {
    Table table = TableReader.read(connection, wish.table(), at());
    boolean ours =
        Effects.of(connection, wish.site().change(), new ExpandMove(wish).id()).isPresent();
    List<Finding> findings = new ArrayList<>(names(connection, table, ours));
    findings.addAll(owner(connection, table));
    for (String relative : Dependants.relatives(connection, table)) {
      findings.add(
          refused(
              at() + ": " + table.name() + " shares its columns: " + relative,
              "Name the whole table."));
    }
    if (!findings.isEmpty()) {
      return findings;
    }
    Design design = Designer.of(connection, table, wish.operations());
    findings.addAll(hangingOn(connection, design));
    findings.addAll(partitions(connection, design));
    findings.addAll(enums(connection, table));
    if (findings.stream().noneMatch(Finding::refuses)) {
      findings.addAll(warnings(connection, design));
      findings.add(Finding.passed(NAME, summary(design)));
    }
    return findings;
  }

  /// @param ours what is there was made by this change
  private List<Finding> names(Connection connection, Table table, boolean ours)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (SchemaOperation operation : wish.operations()) {
      for (Made made : made(operation)) {
        String name = made.name();
        if ((table.has(name) && !ours) || SYSTEM_COLUMNS.contains(name)) {
          findings.add(
              refused(
                  "%s: %s already has a column %s".formatted(made.at(), table.name(), name),
                  "Choose another name."));
        } else if (!names.add(name)) {
          findings.add(
              refused("%s: two columns would be called %s".formatted(made.at(), name), null));
        }
      }
      if (operation instanceof ReplaceEnum replace && !ours) {
        String type = TableName.parse(replace.type()).quoted();
        if (Prompt.asks(connection, "select pg_catalog.to_regtype(?) is not null", type)) {
          findings.add(
              refused(
                  "%s: there is a type %s already".formatted(replace.where().of("type"), type),
                  "Choose another name; the old type stays as it is."));
        }
      }
    }
    boolean held =
        Prompt.asks(
            connection,
            "select true from pg_catalog.pg_trigger where tgrelid = ?::int8::oid and tgname = ?",
            table.oid(),
            Table.TRIGGER);
    if (held && !ours) {
      findings.add(
          refused(
              at() + ": another change keeps columns of " + table.name() + " in step",
              "Finish that change or take it back first."));
    }
    return findings;
  }

  private record Made(String name, Place at) {}

  private static Stream<Made> parts(List<SchemaOperation.Part> parts) {
    return parts.stream().map(part -> new Made(part.column(), part.where().of("column")));
  }

  private static List<Made> made(SchemaOperation operation) {
    return switch (operation) {
      case RenameColumn rename -> List.of(new Made(rename.to(), rename.toAt()));
      case AddColumn add -> List.of(new Made(add.column(), add.where().of("column")));
      case ChangeType change ->
          List.of(
              new Made(
                  change.to() == null ? Identifiers.aside(change.column()) : change.to(),
                  change.where().of("to")));
      case ReplaceEnum replace ->
          List.of(
              new Made(
                  replace.to() == null ? Identifiers.aside(replace.column()) : replace.to(),
                  replace.where().of("to")));
      case SplitColumn split -> parts(split.into()).toList();
      case MergeColumns merge -> parts(List.of(merge.into())).toList();
      default -> List.of();
    };
  }

  private List<Finding> owner(Connection connection, Table table) throws SQLException {
    boolean may =
        Prompt.asks(
            connection,
            """
            select pg_catalog.pg_has_role(current_user, c.relowner, 'usage')
            from pg_catalog.pg_class c where c.oid = ?::int8::oid
            """,
            table.oid());
    return may
        ? List.of()
        : List.of(
            refused(
                at() + ": " + table.name() + " belongs to another role",
                "Connect as its owner, or as a member of that role."));
  }

  private List<Finding> hangingOn(Connection connection, Design design) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    Table table = design.table();
    List<String> own = design.leaving().stream().filter(table::has).toList();
    List<String> dependants = Dependants.of(connection, table, own);
    if (!dependants.isEmpty()) {
      findings.add(
          refused(
              "%s: on %s of %s hang what cannot be carried over: %s"
                  .formatted(at(), Design.names(own), table.name(), String.join(", ", dependants)),
              "Drop these before the change, and make them anew for the new columns after it."));
    }
    List<String> exclusions =
        table.indexes().stream()
            .filter(index -> "EXCLUDE".equals(index.constraint()))
            .filter(index -> index.columns().stream().anyMatch(own::contains))
            .map(Table.Index::name)
            .toList();
    if (!exclusions.isEmpty()) {
      findings.add(
          refused(
              "%s: exclusion constraints of %s cannot be built without a lock: %s"
                  .formatted(at(), table.name(), String.join(", ", exclusions)),
              "Drop them first."));
    }
    List<String> keys = Dependants.partitionKey(connection, table, own);
    if (!keys.isEmpty()) {
      findings.add(
          refused(
              "%s: %s is divided by %s, and a row's partition cannot change with the column"
                  .formatted(at(), table.name(), String.join(", ", keys)),
              null));
    }
    own.stream()
        .filter(name -> table.get(name).generated())
        .forEach(name ->
            findings.add(
                refused(
                    "%s: %s is generated: nobody writes it, so there is nothing to keep in step"
                        .formatted(at(), name),
                    "Add a generated column, and drop this one.")));
    return findings;
  }

  private List<Finding> partitions(Connection connection, Design design) throws SQLException {
    Table table = design.table();
    if (!table.partitioned()) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    List<String> local = Dependants.ofPartitions(connection, table, design.leaving());
    if (!local.isEmpty()) {
      findings.add(
          refused(
              "%s: partitions of %s have indexes of their own on these columns: %s"
                  .formatted(at(), table.name(), String.join(", ", local)),
              "Create them on the whole table, or drop them first."));
    }
    List<String> foreign =
        design.constraints().keySet().stream()
            .filter(c -> c.kind().equals("f"))
            .map(Table.Constraint::name)
            .toList();
    if (!foreign.isEmpty()) {
      findings.add(
          refused(
              "%s: foreign keys of the partitioned table %s cannot be proved while it is written: %s"
                  .formatted(at(), table.name(), String.join(", ", foreign)),
              "Drop them first, and add them anew afterwards."));
    }
    return findings;
  }

  private List<Finding> enums(Connection connection, Table table) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (SchemaOperation operation : wish.operations()) {
      if (operation instanceof ReplaceEnum replace && table.has(replace.column())) {
        List<String> labels =
            Prompt.list(
                connection,
                """
                select e.enumlabel from pg_catalog.pg_attribute a
                join pg_catalog.pg_enum e on e.enumtypid = a.atttypid
                where a.attrelid = ?::int8::oid and a.attname = ? order by e.enumsortorder
                """,
                row -> row.getString(1),
                table.oid(),
                replace.column());
        findings.addAll(unmapped(replace, labels));
      }
    }
    return findings;
  }

  private static List<Finding> unmapped(ReplaceEnum replace, List<String> labels) {
    List<String> up =
        labels.stream()
            .filter(l -> !replace.values().contains(replace.up().getOrDefault(l, l)))
            .toList();
    List<String> down =
        labels.isEmpty()
            ? List.of()
            : replace.values().stream()
                .filter(v -> !labels.contains(replace.down().getOrDefault(v, v)))
                .toList();
    List<Finding> findings = new ArrayList<>();
    if (!up.isEmpty()) {
      findings.add(
          refused(
              "%s: no new value for the old %s"
                  .formatted(replace.where().of("up"), String.join(", ", up)),
              "Say under 'up' what becomes of each."));
    }
    if (!down.isEmpty()) {
      findings.add(
          refused(
              "%s: no old value for the new %s"
                  .formatted(replace.where().of("down"), String.join(", ", down)),
              "Say under 'down' what the old version reads."));
    }
    return findings;
  }

  private List<Finding> warnings(Connection connection, Design design) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    if (!design.lost().isEmpty()) {
      findings.add(
          Finding.warning(
              NAME,
              "%s: with the old columns go: %s".formatted(at(), String.join(", ", design.lost())),
              "Add to the change what should hold for the new columns."));
    }
    if (!design.moody().isEmpty()) {
      findings.add(
          Finding.warning(
              NAME,
              "%s: not the same for everybody at any time: %s"
                  .formatted(at(), String.join(", ", design.moody())),
              "It may depend on the session's time zone or date style: write it so that it does"
                  + " not, AT TIME ZONE 'UTC' for example."));
    }
    List<String> publications =
        Prompt.list(
            connection,
            """
            select distinct pubname::text from pg_catalog.pg_publication_tables
            where schemaname = ? and tablename = ? order by 1
            """,
            row -> row.getString(1),
            design.table().schema(),
            design.table().table());
    if (!publications.isEmpty() && !design.made().isEmpty()) {
      findings.add(
          Finding.warning(
              NAME,
              "%s: %s is published by %s: subscribers stop at the first row with a column they do not have"
                  .formatted(at(), design.table().name(), String.join(", ", publications)),
              "Add the new columns at the subscribers first."));
    }
    return findings;
  }

  private static String summary(Design design) {
    String news =
        design.made().isEmpty()
            ? "no new column"
            : "new " + design.made().stream().map(NewColumn::name).collect(joining(", "));
    String olds =
        design.leaving().isEmpty()
            ? ""
            : "; until the contract " + Design.names(design.leaving()) + " stay beside";
    return "%s: %s%s; %d indexes and %d constraints are carried over"
        .formatted(
            design.table().name(),
            news,
            olds,
            design.indexes().size(),
            design.constraints().size());
  }

  private Place at() {
    return wish.operations().getFirst().at();
  }

  private static Finding refused(String message, @Nullable String remedy) {
    return Finding.refused(NAME, message, remedy);
  }
}
