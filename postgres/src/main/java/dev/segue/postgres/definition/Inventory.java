package dev.segue.postgres.definition;

import dev.segue.postgres.definition.SchemaDefinition.Entry;
import dev.segue.postgres.definition.SchemaDefinition.Phase;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The objects of a database and what they need of each other.
final class Inventory {

  private static final List<Kind> KINDS =
      Stream.of(Structure.KINDS, Finish.KINDS, Access.KINDS).flatMap(List::stream).toList();

  /// What comes with something else: a view's query, the index of a key, a table's row type, a
  /// member of an extension.
  private static final String ALIASES =
      """
      select 'pg_class/' || conindid as key, 'pg_constraint/' || oid as of from pg_constraint
      where contype in ('p', 'u', 'x')
      union all select 'pg_rewrite/' || oid, 'pg_class/' || ev_class from pg_rewrite
      where rulename = '_RETURN'
      union all select 'pg_class/' || oid, 'pg_type/' || reltype from pg_class where relkind = 'c'
      union all select 'pg_type/' || t.oid, 'pg_class/' || c.oid
      from pg_type t join pg_class c on c.oid = t.typrelid where c.relkind <> 'c'
      union all select 'pg_type/' || typarray, 'pg_type/' || oid from pg_type where typarray <> 0
      union all select 'pg_type/' || rngmultitypid, 'pg_type/' || rngtypid from pg_range
      union all select 'pg_attrdef/' || d.oid, 'pg_class/' || d.adrelid
      from pg_attrdef d
      join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum and a.attgenerated <> ''
      union all select 'pg_class/' || objid, 'pg_class/' || refobjid from pg_depend
      where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype = 'i'
      union all select 'pg_constraint/' || oid, 'pg_class/' || conrelid from pg_constraint
      where contype = 'n' and convalidated and conrelid <> 0
      union all select format('%s/%s', classid::regclass, objid), 'pg_extension/' || refobjid
      from pg_depend where deptype = 'e'
      """;

  /// Partitions are made by themselves and attached, so they do not need the whole they are part
  /// of; nor do their keys and triggers.
  private static final String NEEDS =
      """
      select distinct format('%s/%s', d.classid::regclass, d.objid) as key,
        format('%s/%s', d.refclassid::regclass, d.refobjid) as needs
      from pg_depend d
      left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
      where d.objid >= 16384 and d.refobjid >= 16384 and d.deptype in ('n', 'a', 'i')
        and not (c.relispartition and d.deptype = 'a')
      """;

  private record Node(
      Kind kind, String key, @Nullable String owner, List<String> needs, Entry entry) {}

  /// By key, in the order of [#KINDS] and of their names.
  private final Map<String, Node> objects;

  private final Map<String, Integer> order = new HashMap<>();

  /// From keys the server uses to that of the object whose statement makes them.
  private final Map<String, String> aliases;

  private final Map<String, Set<String>> needs;

  /// What no kind covers: keys and descriptions.
  private final Map<String, String> leftOut;

  private Inventory(
      Map<String, Node> objects,
      Map<String, String> aliases,
      Map<String, Set<String>> needs,
      Map<String, String> leftOut) {
    this.objects = objects;
    this.aliases = aliases;
    this.needs = needs;
    this.leftOut = leftOut;
    objects.keySet().forEach(key -> order.put(key, order.size()));
  }

  /// @param connection its settings are pinned
  static Inventory read(Connection connection) throws SQLException {
    Map<String, Node> objects = new LinkedHashMap<>();
    for (Kind kind : KINDS) {
      nodes(connection, kind).forEach(node -> objects.put(node.key(), node));
    }
    Map<String, String> leftOut = new LinkedHashMap<>();
    pairs(connection, Kind.PRELUDE + LeftOut.QUERY + "order by what")
        .forEach(pair -> leftOut.put(pair.key(), pair.value()));
    Map<String, String> aliases = new HashMap<>();
    pairs(connection, ALIASES).forEach(pair -> aliases.put(pair.key(), pair.value()));
    Map<String, Set<String>> needs = new HashMap<>();
    Inventory all = new Inventory(objects, aliases, needs, leftOut);
    for (Pair pair : pairs(connection, NEEDS)) {
      needs.computeIfAbsent(all.resolved(pair.key()), _ -> new LinkedHashSet<>()).add(pair.value());
    }
    objects
        .values()
        .forEach(n -> needs.computeIfAbsent(n.key(), _ -> new LinkedHashSet<>()).addAll(n.needs()));
    return all;
  }

  private static List<Node> nodes(Connection connection, Kind kind) throws SQLException {
    return Sql.list(
        connection,
        "select * from (%s%s) o order by what collate \"C\", sql collate \"C\""
            .formatted(Kind.PRELUDE, kind.query()),
        row ->
            new Node(
                kind,
                row.getString("key"),
                row.getString("owner"),
                Sql.texts(row, "needs"),
                new Entry(
                    kind.phase(), row.getString("what"), row.getString("sql").stripTrailing())));
  }

  private record Pair(String key, String value) {}

  private static List<Pair> pairs(Connection connection, String query) throws SQLException {
    return Sql.list(connection, query, row -> new Pair(row.getString(1), row.getString(2)));
  }

  SchemaDefinition all() {
    return ordered(objects.keySet(), leftOut.values());
  }

  /// The tables, what belongs to them, what all these need; then what crosses from one to another.
  SchemaDefinition of(Collection<Long> tables) {
    Set<String> included = new LinkedHashSet<>();
    Set<String> missing = new TreeSet<>();
    Map<String, List<Node>> parts = new HashMap<>();
    for (Node node : objects.values()) {
      if (node.owner() != null && !node.kind().crossing()) {
        parts.computeIfAbsent(resolved(node.owner()), _ -> new ArrayList<>()).add(node);
      }
    }
    Deque<String> open = new ArrayDeque<>();
    tables.forEach(oid -> open.add("pg_class/" + oid));
    while (!open.isEmpty()) {
      String key = resolved(open.remove());
      if (!objects.containsKey(key)) {
        String what = leftOut.get(key);
        if (what != null) {
          missing.add(what);
        }
      } else if (included.add(key)) {
        open.addAll(needs.getOrDefault(key, Set.of()));
        parts.getOrDefault(key, List.of()).forEach(node -> open.add(node.key()));
      }
    }
    for (Node node : objects.values()) {
      if (node.kind().crossing() && node.needs().stream().anyMatch(included::contains)) {
        if (included.containsAll(node.needs())) {
          included.add(node.key());
        } else if (included.contains(node.owner())) {
          missing.add(node.entry().what() + ", for the table it refers to is not among these");
        }
      }
    }
    return ordered(included, missing);
  }

  private String resolved(String key) {
    String at = key;
    while (!objects.containsKey(at) && aliases.containsKey(at)) {
      at = aliases.get(at);
    }
    return at;
  }

  /// Each after what it needs, otherwise in the order of kinds and names. A circle is cut at its
  /// first object: bodies are not looked at when a function is made.
  private SchemaDefinition ordered(Set<String> keys, Collection<String> missing) {
    Map<Node, Phase> placed = new LinkedHashMap<>();
    Set<Node> entered = new HashSet<>();
    for (Node node : objects.values()) {
      if (keys.contains(node.key())) {
        place(node, keys, entered, placed);
      }
    }
    List<Entry> entries = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      placed.forEach((node, at) -> {
        if (at == phase) {
          entries.add(new Entry(at, node.entry().what(), node.entry().sql()));
        }
      });
    }
    return new SchemaDefinition(entries, List.copyOf(missing));
  }

  /// What needs something of a later phase comes in that phase.
  private void place(Node node, Set<String> keys, Set<Node> entered, Map<Node, Phase> placed) {
    if (!entered.add(node)) {
      return;
    }
    Phase phase = node.kind().phase();
    for (Node need : needs(node, keys)) {
      place(need, keys, entered, placed);
      Phase theirs = placed.getOrDefault(need, phase);
      phase = theirs.compareTo(phase) > 0 ? theirs : phase;
    }
    placed.put(node, phase);
  }

  private List<Node> needs(Node node, Set<String> keys) {
    return needs.getOrDefault(node.key(), Set.of()).stream()
        .map(this::resolved)
        .filter(keys::contains)
        .distinct()
        .sorted(Comparator.comparing(order::get))
        .map(objects::get)
        .filter(Objects::nonNull)
        .toList();
  }
}
