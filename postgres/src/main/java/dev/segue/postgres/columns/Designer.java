package dev.segue.postgres.columns;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;
import static java.util.stream.Collectors.joining;

import dev.segue.change.Place;
import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.ChangeType;
import dev.segue.change.SchemaOperation.DropColumn;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.Part;
import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.change.SchemaOperation.ReplaceEnum;
import dev.segue.change.SchemaOperation.SetNotNull;
import dev.segue.change.SchemaOperation.SplitColumn;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.columns.Table.Column;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Nearest;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes a [Design] of operations, with the server's help: it is asked on a table without rows what
/// the file's types and expressions mean. The same before the columns are there and after.
final class Designer {

  private final Table table;
  private final Scratch scratch;
  private final Map<String, String> types = new LinkedHashMap<>();
  private final List<NewColumn> made = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<Fill> fills = new ArrayList<>();
  private final List<String> leaving = new ArrayList<>();

  /// One column for one: what hangs on the old one is carried over.
  ///
  /// @param casts whether the value is the same in another type
  record Replaced(String old, Column now, Expression up, boolean casts) {}

  private final List<Replaced> replaced = new ArrayList<>();

  private Designer(Table table, Scratch scratch) {
    this.table = table;
    this.scratch = scratch;
  }

  /// @throws SegueException USER, with the place in the file
  static Design of(Connection connection, String table, List<SchemaOperation> operations)
      throws SQLException {
    Table facts = TableReader.read(connection, table, operations.getFirst().at());
    return of(connection, facts, operations);
  }

  static Design of(Connection connection, Table table, List<SchemaOperation> operations)
      throws SQLException {
    return Aside.rolledBack(
        connection,
        () -> {
          Designer designer = new Designer(table, Scratch.like(connection, table));
          for (SchemaOperation operation : filledFirst(operations)) {
            designer.add(operation);
          }
          Carried carried = Carried.of(connection, table, designer.replaced, designer.leaving);
          return new Design(
              table,
              designer.types,
              designer.made,
              designer.links,
              designer.fills,
              designer.leaving,
              carried.indexes(),
              carried.constraints(),
              carried.lost(),
              designer.moody());
        });
  }

  /// A column that comes to refuse NULL does so before another takes its place, and that one then
  /// refuses it, too.
  private static List<SchemaOperation> filledFirst(List<SchemaOperation> operations) {
    Set<String> replaced =
        operations.stream().flatMap(Designer::replaced).collect(Collectors.toSet());
    Predicate<SchemaOperation> first =
        operation -> operation instanceof SetNotNull set && replaced.contains(set.column());
    return Stream.concat(
            operations.stream().filter(first), operations.stream().filter(first.negate()))
        .toList();
  }

  private static Stream<String> replaced(SchemaOperation operation) {
    return switch (operation) {
      case RenameColumn rename -> Stream.of(rename.from());
      case ChangeType change -> Stream.of(change.column());
      case ReplaceEnum replace -> Stream.of(replace.column());
      default -> Stream.empty();
    };
  }

  /// A value that is asked for twice must be the same twice.
  private List<String> moody() throws SQLException {
    List<String> all = new ArrayList<>();
    for (Link link : links) {
      if (!link.derives()) {
        for (Side side : Stream.concat(link.olds().stream(), link.news().stream()).toList()) {
          if (!scratch.constant(side.type(), side.value().on(""))) {
            all.add(side.value().on(""));
          }
        }
      }
    }
    return all;
  }

  private void add(SchemaOperation operation) throws SQLException {
    switch (operation) {
      case RenameColumn rename -> rename(rename);
      case ChangeType change -> changeType(change);
      case ReplaceEnum replace -> replaceEnum(replace);
      case SplitColumn split -> split(split);
      case MergeColumns merge -> merge(merge);
      case AddColumn add -> addColumn(add);
      case SetNotNull set -> setNotNull(set);
      case DropColumn drop -> dropColumn(drop);
      default -> throw new IllegalArgumentException("not about columns in step: " + operation);
    }
  }

  private void rename(RenameColumn op) throws SQLException {
    Column old = old(op.from(), op.fromAt());
    Column now = scratch.add(op.to(), old.definition(""), op.toAt());
    replace(old, now, op.to(), quoted(op.from()), op.fromAt(), quoted(op.to()), op.toAt());
  }

  private void changeType(ChangeType op) throws SQLException {
    Place at = op.where().of("type");
    Column old = old(op.column(), op.where().of("column"));
    String last = op.to() == null ? op.column() : op.to();
    String name = op.to() == null ? Identifiers.aside(op.column()) : op.to();
    Column now = scratch.add(name, op.type(), at);
    String up = op.up() == null ? old.quoted() + "::" + now.plainType() : op.up();
    String down = op.down() == null ? now.quoted() + "::" + old.plainType() : standIn(op, now);
    replace(old, now, last, up, op.where().of("up"), down, op.where().of("down"));
  }

  /// `down` is over the new column, which has another name than in the end where `to` is absent.
  private String standIn(ChangeType op, Column now) throws SQLException {
    String down = String.valueOf(op.down());
    return op.to() == null ? scratch.over(op.column(), now, down, op.where().of("down")) : down;
  }

  private void replaceEnum(ReplaceEnum op) throws SQLException {
    Place at = op.where().of("type");
    Column old = old(op.column(), op.where().of("column"));
    String type = scratch.makeEnum(TableName.parse(op.type()), op.values(), at);
    types.put(
        type,
        "CREATE TYPE %s AS ENUM (%s)"
            .formatted(
                type, op.values().stream().map(Identifiers::literal).collect(joining(", "))));
    String last = op.to() == null ? op.column() : op.to();
    String name = op.to() == null ? Identifiers.aside(op.column()) : op.to();
    Column now = scratch.add(name, type, at);
    replace(
        old,
        now,
        last,
        mapped(old.quoted(), op.up(), now.plainType()),
        op.where().of("up"),
        mapped(now.quoted(), op.down(), old.plainType()),
        op.where().of("down"));
  }

  private static String mapped(String column, Map<String, String> values, String type) {
    String text = column + "::text";
    if (values.isEmpty()) {
      return "(" + text + ")::" + type;
    }
    String whens =
        values.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(v -> " WHEN %s THEN %s".formatted(literal(v.getKey()), literal(v.getValue())))
            .collect(joining());
    return "(CASE %s%s ELSE %s END)::%s".formatted(text, whens, text, type);
  }

  private void replace(
      Column old, Column now, String last, String up, Place upAt, String down, Place downAt)
      throws SQLException {
    boolean casts = up.equals(old.quoted()) || up.equals(old.quoted() + "::" + now.plainType());
    Optional<NewColumn> link = made.stream().filter(c -> c.name().equals(old.name())).findFirst();
    boolean filled = fills.stream().anyMatch(f -> f.required() && f.name().equals(old.name()));
    boolean required = old.notNull() || filled || link.map(NewColumn::required).orElse(false);
    Column like = link.map(NewColumn::like).orElse(old);
    Fallback fallback = Fallback.of(scratch, old, now, casts, up, upAt);
    Side oldSide = scratch.side(old, down, required, null, downAt);
    Side newSide = scratch.side(now, up, required, fallback.meanwhile(), upAt);
    links.add(new Link(List.of(oldSide), List.of(newSide), List.of()));
    made.add(
        new NewColumn(
            now, last, "", fallback.meanwhile(), fallback.last(), required, like, null, null));
    replaced.add(new Replaced(old.name(), now, newSide.value(), casts));
    leaving.add(old.name());
  }

  private void split(SplitColumn op) throws SQLException {
    Column old = old(op.column(), op.where().of("column"));
    List<Side> news = new ArrayList<>();
    for (Part part : op.into()) {
      news.add(part(part));
    }
    Side side = scratch.side(old, op.down(), old.notNull(), null, op.where().of("down"));
    links.add(new Link(List.of(side), news, List.of()));
    leaving.add(old.name());
  }

  private void merge(MergeColumns op) throws SQLException {
    List<Column> olds = new ArrayList<>();
    for (String name : op.columns()) {
      olds.add(old(name, op.where().of("columns")));
    }
    Side made = part(op.into());
    List<Side> sides = new ArrayList<>();
    for (Column old : olds) {
      String down = op.down().getOrDefault(old.name(), "");
      sides.add(scratch.side(old, down, old.notNull(), null, op.where().of("down")));
      leaving.add(old.name());
    }
    links.add(new Link(sides, List.of(made), List.of()));
  }

  private Side part(Part part) throws SQLException {
    Column now = scratch.add(part.column(), part.type(), part.where().of("type"));
    made.add(new NewColumn(now, now.name(), "", null, null, false, null, null, null));
    return scratch.side(now, part.up(), false, null, part.where().of("up"));
  }

  private void addColumn(AddColumn op) throws SQLException {
    Place at = op.where().of("default");
    Column now = scratch.add(op.column(), op.type(), op.where().of("type"));
    String fallback = op.fallback();
    boolean dear = fallback != null && scratch.rewrites(now.definition(""), fallback, at);
    if (op.identity() != null) {
      identity(op, now);
    } else if (op.up() != null) {
      String meanwhile = dear ? null : fallback;
      Place upAt = op.where().of("up");
      Side side = scratch.side(now, op.up(), op.notNull(), meanwhile, upAt);
      List<String> inputs = scratch.assignable(now, op.up(), upAt).inputs();
      links.add(new Link(List.of(), List.of(side), inputs));
      made.add(
          new NewColumn(now, now.name(), "", meanwhile, fallback, op.notNull(), null, null, null));
    } else if (dear) {
      Expression value = scratch.assignable(now, String.valueOf(fallback), at).expression();
      Fill.Written written = op.notNull() ? Fill.Written.ALWAYS : Fill.Written.NEVER;
      fills.add(new Fill(now.quoted(), value, written, true, op.notNull(), false));
      made.add(new NewColumn(now, now.name(), "", fallback, null, false, null, null, null));
    } else {
      String added =
          (fallback == null ? "" : " DEFAULT " + fallback) + (op.notNull() ? " NOT NULL" : "");
      made.add(new NewColumn(now, now.name(), added, null, null, false, null, fallback, null));
    }
  }

  private void identity(AddColumn op, Column now) throws SQLException {
    NewColumn column =
        new NewColumn(
            now,
            now.name(),
            "",
            null,
            null,
            false,
            null,
            null,
            op.identity() == SchemaOperation.Identity.ALWAYS ? "ALWAYS" : "BY DEFAULT");
    Expression next = new Expression("nextval(" + literal(column.sequence(table)) + "::regclass)");
    Expression value =
        op.up() == null ? next : scratch.assignable(now, op.up(), op.where().of("up")).expression();
    fills.add(new Fill(now.quoted(), value, Fill.Written.ALWAYS, true, true, op.up() != null));
    made.add(column);
  }

  private void setNotNull(SetNotNull op) throws SQLException {
    Column column = old(op.column(), op.where().of("column"));
    Expression value =
        scratch.assignable(column, String.valueOf(op.fill()), op.where().of("fill")).expression();
    fills.add(new Fill(column.quoted(), value, Fill.Written.ALWAYS, true, true, true));
  }

  private void dropColumn(DropColumn op) throws SQLException {
    Column column = old(op.column(), op.where().of("column"));
    Expression value =
        scratch.assignable(column, String.valueOf(op.down()), op.where().of("down")).expression();
    Fill.Written written = column.notNull() ? Fill.Written.ALWAYS : Fill.Written.INSERTED;
    fills.add(new Fill(column.quoted(), value, written, false, false, true));
    leaving.add(column.name());
  }

  /// A column of the table, or one that an earlier operation makes.
  private Column old(String name, Place at) throws SQLException {
    for (Column column : scratch.columns()) {
      if (column.name().equals(name)) {
        // While the change stands, the table has those it makes; what they are made for counts.
        Optional<NewColumn> ours = made.stream().filter(c -> c.name().equals(name)).findFirst();
        return ours.isPresent()
            ? column.withFallback(ours.get().lastFallback())
            : table.column(name).orElse(column);
      }
    }
    List<String> names = scratch.columns().stream().map(Column::name).toList();
    throw new SegueException(
        Kind.USER,
        "column-missing",
        "%s: %s has no column %s%s"
            .formatted(at, table.name(), name, Nearest.hint(Nearest.to(name, names))),
        null);
  }

  /// A default while both sides live, and the one in the end.
  ///
  /// @param meanwhile null where the old column's default does for both
  private record Fallback(@Nullable String meanwhile, @Nullable String last) {

    static Fallback of(Scratch scratch, Column old, Column now, boolean casts, String up, Place at)
        throws SQLException {
      String fallback = old.fallback();
      if (fallback == null) {
        return new Fallback(null, null);
      }
      if (!casts) {
        return computed(scratch, old, now, fallback, up, at);
      }
      String same =
          scratch.assigns(now, fallback) ? fallback : "(" + fallback + ")::" + now.plainType();
      boolean dear = scratch.rewrites(old.definition(""), fallback, at);
      return new Fallback(dear ? null : same, same);
    }

    private static Fallback computed(
        Scratch scratch, Column old, Column now, String fallback, String up, Place at)
        throws SQLException {
      if (!scratch.constant(old.definition(""), fallback)) {
        throw new SegueException(
            Kind.USER,
            "default-not-carried",
            "%s: %s has the default %s, and what 'up' makes of it cannot be told beforehand"
                .formatted(at, old.name(), fallback),
            "Leave 'up' out where a cast will do, or drop the default first.");
      }
      Expression value = scratch.assignable(now, up, at).expression();
      String literal = scratch.literal(value, old, fallback, now);
      return new Fallback(literal, literal);
    }
  }
}
