package dev.segue.postgres.backfill;

import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.PostgresTarget;
import dev.segue.conductor.Statement;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.backfill.Copying.Assignment;
import dev.segue.postgres.locking.LockedTransaction;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Old values in the rows themselves: two columns more for each that is set, of what was there and
/// of what was set. Adding them, and dropping them, touches the catalogue alone.
///
/// @param of the table
record Beside(Site site, String of, List<Brother> brothers) implements Keeping {

  /// @param name of the column that is set, as the catalogue has it
  /// @param column the same, as SQL names it
  record Brother(String name, String column, String type, String was, String made) {}

  Beside {
    brothers = List.copyOf(brothers);
  }

  static Beside of(Site site, Declared declared) {
    List<Brother> brothers = new ArrayList<>();
    List<String> columns = declared.writes().columns();
    List<String> names = declared.rows().set().columns();
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      brothers.add(
          new Brother(
              names.get(i),
              column,
              declared.types().getOrDefault(column, ""),
              quoted(Identifiers.aside(names.get(i) + "_was")),
              quoted(Identifiers.aside(names.get(i) + "_set"))));
    }
    return new Beside(site, declared.writes().table(), brothers);
  }

  /// Why it had better not be done, if so.
  Optional<String> trouble(Connection connection, Declared declared) throws SQLException {
    for (Assignment each : declared.assignments()) {
      if (volatileFunction(connection, each.value())) {
        return Optional.of("an expression that gives another value each time it is asked");
      }
    }
    return Prompt.asks(
            connection,
            "select exists (select from pg_catalog.pg_publication_tables where pg_catalog.format('%I.%I', schemaname, tablename) = ?)",
            of)
        ? Optional.of("a publication whose subscribers do not know the columns")
        : Optional.empty();
  }

  /// Roughly: by the names of functions in the text.
  private static boolean volatileFunction(Connection connection, String expression)
      throws SQLException {
    String[] words = expression.toLowerCase(java.util.Locale.ROOT).split("[^a-z0-9_]+", -1);
    return Prompt.asks(
        connection,
        "select exists (select from pg_catalog.pg_proc where provolatile = 'v' and proname = any(?))",
        (Object) words);
  }

  private LockedTransaction locked(String doing) {
    PostgresTarget target = site.target();
    return new LockedTransaction(
        target,
        doing,
        of,
        List.of(of),
        List.of(
            new Statement(
                "LOCK TABLE " + of + " IN ACCESS EXCLUSIVE MODE",
                "ACCESS EXCLUSIVE on " + of,
                null)));
  }

  private Statement altered(String actions) {
    return new Statement("ALTER TABLE " + of + " " + actions, "ACCESS EXCLUSIVE on " + of, null);
  }

  @Override
  public void prepare(StepContext context) {
    locked("making room for old values in " + of)
        .run(context, connection -> there(connection) ? List.of() : List.of(altered(added())));
  }

  private String added() {
    return brothers.stream()
        .map(b ->
            "ADD COLUMN %s %s, ADD COLUMN %s %s".formatted(b.was(), b.type(), b.made(), b.type()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public boolean unsettled(Connection connection, Declared declared) throws SQLException {
    return Keeping.any(connection, of + " WHERE " + back(declared).todo());
  }

  @Override
  public boolean there(Connection connection) throws SQLException {
    return Prompt.asks(
        connection,
        """
        select exists (select from pg_catalog.pg_attribute
          where attrelid = pg_catalog.to_regclass(?) and not attisdropped
            and pg_catalog.quote_ident(attname) = any(?))
        """,
        of,
        brothers.stream().map(Brother::was).toArray(String[]::new));
  }

  @Override
  public void remove(StepContext context) {
    locked("dropping old values in " + of)
        .run(context, connection -> there(connection) ? List.of(altered(dropped())) : List.of());
  }

  private String dropped() {
    return brothers.stream()
        .map(b -> "DROP COLUMN %s, DROP COLUMN %s".formatted(b.was(), b.made()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public String words() {
    return brothers.stream().map(Brother::was).collect(Collectors.joining(", ", of + " (", ")"));
  }

  /// True of rows that hold something of ours.
  String any() {
    return brothers.stream()
        .map(b -> "%s IS NOT NULL OR %s IS NOT NULL".formatted(b.was(), b.made()))
        .collect(Collectors.joining(" OR "));
  }

  @Override
  public Work forward(Declared declared) {
    return switch (declared.writes()) {
      case Copying copying -> new Keeps(this, copying);
      // No file says so.
      case ByStatement told -> throw new IllegalStateException(told.table());
    };
  }

  record Keeps(Beside beside, Copying copying) implements Kept {

    @Override
    public Writes writes() {
      return copying;
    }

    @Override
    public Kept over(Copying other) {
      return new Keeps(beside, other);
    }

    @Override
    public String all(String part, String range, boolean first) {
      return set().all(part, range, first);
    }

    @Override
    public boolean countsItself() {
      return true;
    }

    @Override
    public String done(String part, String range, boolean first) {
      return set().done(part, range, first);
    }

    private Copying set() {
      Map<String, String> values =
          copying.set().stream().collect(Collectors.toMap(Assignment::column, Assignment::value));
      List<Assignment> set = new ArrayList<>(copying.set());
      for (Brother b : beside.brothers) {
        set.add(new Assignment(b.was(), b.column()));
        set.add(new Assignment(b.made(), values.getOrDefault(b.column(), b.column())));
      }
      return new Copying(copying.table(), set, copying.todo());
    }
  }

  @Override
  public Work back(Declared declared) {
    List<Assignment> set = new ArrayList<>();
    List<String> asSet = new ArrayList<>();
    for (Brother b : brothers) {
      set.add(new Assignment(b.column(), b.was()));
      set.add(new Assignment(b.was(), "NULL"));
      set.add(new Assignment(b.made(), "NULL"));
      // To the letter: what somebody has written since stays.
      asSet.add("%s::text IS NOT DISTINCT FROM %s::text".formatted(b.column(), b.made()));
    }
    String todo = "(%s) AND %s".formatted(any(), String.join(" AND ", asSet));
    return new Copying(of, set, todo);
  }
}
