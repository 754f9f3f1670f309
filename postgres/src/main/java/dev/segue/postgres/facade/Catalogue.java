package dev.segue.postgres.facade;

import dev.segue.postgres.facade.TableFacts.Column;
import dev.segue.postgres.facade.TableFacts.Grant;
import dev.segue.postgres.facade.TableState.Facade;
import dev.segue.postgres.facade.TableState.Missing;
import dev.segue.postgres.facade.TableState.Other;
import dev.segue.postgres.facade.TableState.Plain;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Nearest;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads what stands under a table's name: two questions to the server, so that it can be asked
/// under a lock.
final class Catalogue {

  private static final String RELATION =
      """
      with relation as (
        select c.oid, c.relname, c.relkind, c.relnamespace, n.nspname
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relname = ?
          and (n.nspname = ? or (?::text is null and pg_catalog.pg_table_is_visible(c.oid))))
      select r.oid::int8 as oid, r.nspname, r.relname, r.relkind::text,
        a.oid::int8 as aside_oid, a.relkind::text as aside_kind,
        pg_catalog.obj_description(r.oid, 'pg_class') as comment,
        case when r.relkind = 'v' then pg_catalog.pg_get_viewdef(r.oid) end as definition,
        array(select att.attname::text from pg_catalog.pg_attribute att
              where att.attrelid = r.oid and att.attnum > 0 and not att.attisdropped
              order by att.attnum) as columns
      from relation r
      left join pg_catalog.pg_class a on a.relnamespace = r.relnamespace and a.relname = ?
      """;

  private static final String FACTS =
      """
      with t as (
        select c.*, coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)) as acl
        from pg_catalog.pg_class c where c.oid = ?::int8::oid),
      defaults as (
        select x.grantee
        from t, pg_catalog.pg_default_acl d, pg_catalog.aclexplode(d.defaclacl) x
        where d.defaclrole = current_user::regrole and d.defaclobjtype = 'r'
          and d.defaclnamespace in (0, t.relnamespace)),
      found as (
        select 'table' as what, (relkind = 'p')::int::int8 as n, pg_catalog.pg_get_userbyid(relowner)::text as a,
          current_user::text as b,
          relacl is null and not exists (select 1 from defaults) as flag
        from t
        union all
        select 'rows', greatest(sum(p.reltuples), 0)::int8, null, null, false
        from t, pg_catalog.pg_class p
        where p.relkind = 'r'
          and (p.oid = t.oid or p.oid in (select relid from pg_catalog.pg_partition_tree(t.oid)))
        union all
        select 'column', att.attnum::int8, att.attname::text, null, false
        from t join pg_catalog.pg_attribute att on att.attrelid = t.oid
        where att.attnum > 0 and not att.attisdropped
        union all
        select 'grant', x.grantee::int8, %1$s, x.privilege_type, x.is_grantable
        from t, pg_catalog.aclexplode(t.acl) x
        where %2$s
        union all
        select 'column-grant', att.attnum::int8, %1$s, x.privilege_type, x.is_grantable
        from t join pg_catalog.pg_attribute att on att.attrelid = t.oid,
          pg_catalog.aclexplode(att.attacl) x
        where %2$s
        union all
        select 'default', 0::int8, %1$s, null, false from defaults x where %2$s)
      select distinct what, n, a, b, flag from found order by what, n, a, b, flag
      """
          .formatted(
              "case x.grantee when 0 then 'PUBLIC'"
                  + " else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end",
              // A role that was dropped carelessly leaves its number behind.
              "(x.grantee = 0 or exists (select 1 from pg_catalog.pg_roles where oid = x.grantee))");

  private static final String TABLES =
      """
      select n.nspname || '.' || c.relname from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      limit 10000
      """;

  private record Relation(
      String schema,
      String name,
      long oid,
      String kind,
      long asideOid,
      @Nullable String asideKind,
      @Nullable String comment,
      @Nullable String definition,
      List<String> columns) {

    boolean isTable() {
      return isTable(kind);
    }

    boolean standsAside() {
      return asideKind != null && isTable(asideKind);
    }

    private static boolean isTable(String kind) {
      return kind.equals("r") || kind.equals("p");
    }
  }

  private Catalogue() {}

  static TableState state(Connection connection, TableName name) throws SQLException {
    Optional<Relation> found =
        Prompt.first(
            connection,
            RELATION,
            Catalogue::relation,
            name.table(),
            name.schema(),
            name.schema(),
            Identifiers.aside(name.table()));
    if (found.isEmpty()) {
      List<String> tables = Prompt.list(connection, TABLES, row -> row.getString(1));
      return new Missing(name.toString(), nearest(name, tables));
    }
    Relation relation = found.get();
    if (relation.isTable()) {
      boolean taken = relation.asideKind() != null;
      return new Plain(facts(connection, relation, relation.oid()), relation.oid(), taken);
    }
    if (relation.definition() == null || !relation.standsAside()) {
      return new Other(relation.schema() + "." + relation.name(), kind(relation.kind()));
    }
    return new Facade(
        facts(connection, relation, relation.asideOid()),
        relation.comment(),
        relation.columns(),
        relation.definition());
  }

  private static Relation relation(ResultSet row) throws SQLException {
    return new Relation(
        row.getString("nspname"),
        row.getString("relname"),
        row.getLong("oid"),
        row.getString("relkind"),
        row.getLong("aside_oid"),
        row.getString("aside_kind"),
        row.getString("comment"),
        row.getString("definition"),
        List.of((String[]) row.getArray("columns").getArray()));
  }

  private record Line(String what, long n, @Nullable String a, @Nullable String b, boolean flag) {

    static Line of(ResultSet row) throws SQLException {
      return new Line(
          row.getString("what"),
          row.getLong("n"),
          row.getString("a"),
          row.getString("b"),
          row.getBoolean("flag"));
    }

    String first() {
      return String.valueOf(a);
    }

    Grant grant() {
      return new Grant(first(), String.valueOf(b), flag);
    }
  }

  private static TableFacts facts(Connection connection, Relation relation, long oid)
      throws SQLException {
    List<Line> lines = Prompt.list(connection, FACTS, Line::of, oid);
    Line table = of(lines, "table").findFirst().orElseThrow();
    return new TableFacts(
        connection.getMetaData().getDatabaseMajorVersion(),
        String.valueOf(table.b()),
        relation.schema(),
        relation.name(),
        Identifiers.aside(relation.name()),
        table.n() == 1,
        table.first(),
        of(lines, "rows").findFirst().map(Line::n).orElse(0L),
        table.flag(),
        of(lines, "grant").map(Line::grant).toList(),
        of(lines, "column")
            .map(column ->
                new Column(
                    column.first(),
                    of(lines, "column-grant")
                        .filter(grant -> grant.n() == column.n())
                        .map(Line::grant)
                        .toList()))
            .toList(),
        of(lines, "default").map(Line::first).toList());
  }

  private static Stream<Line> of(List<Line> lines, String what) {
    return lines.stream().filter(line -> line.what().equals(what));
  }

  private static List<String> nearest(TableName name, List<String> tables) {
    List<String> elsewhere = tables.stream().filter(t -> t.endsWith("." + name.table())).toList();
    if (!elsewhere.isEmpty()) {
      return elsewhere;
    }
    return name.schema() == null
        ? Nearest.to(
            name.table(), tables.stream().map(t -> t.substring(t.indexOf('.') + 1)).toList())
        : Nearest.to(name.toString(), tables);
  }

  private static String kind(String relkind) {
    return switch (relkind) {
      case "v" -> "a view";
      case "m" -> "a materialized view";
      case "f" -> "a foreign table";
      case "i", "I" -> "an index";
      case "S" -> "a sequence";
      case "c" -> "a composite type";
      default -> "a relation of kind " + relkind;
    };
  }
}
