package dev.segue.postgres.facade;

import static dev.segue.postgres.sql.Identifiers.literal;
import static dev.segue.postgres.sql.Identifiers.quoted;

import dev.segue.change.SchemaOperation.RenameColumn;
import dev.segue.conductor.Statement;
import dev.segue.postgres.facade.TableFacts.Column;
import dev.segue.postgres.facade.TableFacts.Grant;
import dev.segue.postgres.sql.Identifiers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The statements of a facade, given a table's facts and the renames: the table steps aside, a view
/// takes its name and shows the columns under old and new names; back; and out, when only the new
/// names are left. No row is touched in any of them.
///
/// Pure. Each list is meant for one transaction that holds the lock; outside of one (on a scratch
/// copy) they work as well.
///
/// @param renames from old to new name, in the order of the change file
public record FacadePlan(TableFacts facts, Map<String, String> renames) {

  public FacadePlan {
    renames = Collections.unmodifiableMap(new LinkedHashMap<>(renames));
  }

  public static FacadePlan of(TableFacts facts, Collection<RenameColumn> renames) {
    Map<String, String> names = new LinkedHashMap<>();
    renames.forEach(r -> names.put(r.from(), r.to()));
    return new FacadePlan(facts, names);
  }

  /// Whether every old name is there and no new one is.
  public boolean fits() {
    return renames.entrySet().stream()
        .allMatch(r -> facts.has(r.getKey()) && !facts.has(r.getValue()));
  }

  /// From the plain table to the facade.
  ///
  /// @param mark the comment by which the facade is known again
  public List<Statement> expand(String mark) {
    List<Statement> all = new ArrayList<>();
    all.add(
        exclusive(
            "ALTER TABLE " + facts.name() + " RENAME TO " + quoted(facts.aside()),
            facts.name(),
            "catalogue only; keys, indexes, triggers and sequences stay with the table"));
    all.addAll(view(mark));
    return List.copyOf(all);
  }

  /// The view alone, over the table that stands aside.
  public List<Statement> view(String mark) {
    List<Statement> all = new ArrayList<>();
    all.add(
        new Statement(
            createView(),
            null,
            "every column in its order, then the new names; reads and writes go to the table"));
    if (!facts.reader().equals(facts.owner())) {
      all.add(plain("ALTER VIEW " + facts.name() + " OWNER TO " + quoted(facts.owner())));
    }
    all.addAll(grants());
    all.add(plain("COMMENT ON VIEW " + facts.name() + " IS " + literal(mark)));
    return List.copyOf(all);
  }

  /// From the facade to the plain table as it was.
  public List<Statement> takeBack() {
    return List.of(dropView(), backToItsName());
  }

  /// From the facade to the plain table with only the new names.
  public List<Statement> contract() {
    List<Statement> all = new ArrayList<>();
    all.add(dropView());
    String aside = quoted(facts.schema(), facts.aside());
    renames.forEach((from, to) ->
        all.add(
            exclusive(
                "ALTER TABLE %s RENAME COLUMN %s TO %s".formatted(aside, quoted(from), quoted(to)),
                aside + (facts.partitioned() ? " and its partitions" : ""),
                "catalogue only; views, indexes and constraints follow")));
    all.add(backToItsName());
    return List.copyOf(all);
  }

  /// What the facade shows.
  List<String> viewColumns() {
    return Stream.concat(facts.columnNames().stream(), renames.values().stream()).toList();
  }

  /// Partitions keep serving those who name them.
  Statement lockTable() {
    return exclusive("LOCK TABLE ONLY " + facts.name() + " IN ACCESS EXCLUSIVE MODE", facts.name());
  }

  /// A view's lock takes the table behind it too, in the order in which applications take them.
  Statement lockFacade() {
    return exclusive(
        "LOCK TABLE " + facts.name() + " IN ACCESS EXCLUSIVE MODE",
        facts.name()
            + " and the table behind it"
            + (facts.partitioned() ? " with its partitions" : ""));
  }

  private String createView() {
    List<String> columns =
        new ArrayList<>(facts.columnNames().stream().map(Identifiers::quoted).toList());
    renames.forEach((from, to) -> columns.add(quoted(from) + " AS " + quoted(to)));
    return "CREATE VIEW %s%s AS SELECT %s FROM %s"
        .formatted(
            facts.name(),
            facts.serverMajor() >= 15 ? " WITH (security_invoker = true)" : "",
            String.join(", ", columns),
            quoted(facts.schema(), facts.aside()));
  }

  private Statement dropView() {
    return exclusive("DROP VIEW " + facts.name(), facts.name(), "only the facade; no row is in it");
  }

  private Statement backToItsName() {
    String aside = quoted(facts.schema(), facts.aside());
    return exclusive(
        "ALTER TABLE " + aside + " RENAME TO " + quoted(facts.table()), aside, "catalogue only");
  }

  /// As the table's own, whatever default privileges would make of a new view.
  private List<Statement> grants() {
    List<Statement> all = new ArrayList<>();
    if (!facts.plainGrants()) {
      Set<String> before = new LinkedHashSet<>(facts.defaultGrantees());
      before.add(quoted(facts.owner()));
      all.add(plain("REVOKE ALL ON " + facts.name() + " FROM " + String.join(", ", before)));
      grouped(facts.grants())
          .forEach((who, privileges) -> all.add(grant(String.join(", ", privileges), who)));
    }
    Map<Grantee, List<String>> onColumns = new LinkedHashMap<>();
    for (Column column : facts.columns()) {
      String to = renames.get(column.name());
      String names = quoted(column.name()) + (to == null ? "" : ", " + quoted(to));
      for (Grant grant : column.grants()) {
        onColumns
            .computeIfAbsent(Grantee.of(grant), _ -> new ArrayList<>())
            .add(grant.privilege() + " (" + names + ")");
      }
    }
    onColumns.forEach((who, privileges) -> all.add(grant(String.join(", ", privileges), who)));
    return all;
  }

  private record Grantee(String name, boolean grantable) {
    static Grantee of(Grant grant) {
      return new Grantee(grant.grantee(), grant.grantable());
    }
  }

  private static Map<Grantee, List<String>> grouped(List<Grant> grants) {
    return grants.stream()
        .collect(
            Collectors.groupingBy(
                Grantee::of,
                LinkedHashMap::new,
                Collectors.mapping(Grant::privilege, Collectors.toList())));
  }

  private Statement grant(String privileges, Grantee who) {
    return plain(
        "GRANT %s ON %s TO %s%s"
            .formatted(
                privileges, facts.name(), who.name(), who.grantable() ? " WITH GRANT OPTION" : ""));
  }

  private static Statement plain(String sql) {
    return new Statement(sql, null, null);
  }

  private static Statement exclusive(String sql, String on) {
    return exclusive(sql, on, null);
  }

  private static Statement exclusive(String sql, String on, @Nullable String note) {
    return new Statement(sql, "ACCESS EXCLUSIVE on " + on, note);
  }
}
