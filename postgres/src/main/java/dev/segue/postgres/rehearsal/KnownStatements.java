package dev.segue.postgres.rehearsal;

import dev.segue.change.Rehearsal;
import dev.segue.postgres.rehearsal.AppStatement.Version;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is known of the statements the two versions send.
///
/// @param source where the old version's come from, in words
/// @param hidden statements that pg_stat_statements counts but may not show to this user
public record KnownStatements(List<AppStatement> all, String source, long hidden) {

  /// object_not_in_prerequisite_state
  private static final String NOT_LOADED = "55000";

  /// insufficient_privilege
  private static final String NOT_ALLOWED = "42501";

  private static final String HIDDEN = "<insufficient privilege>";

  public KnownStatements {
    all = List.copyOf(all);
  }

  /// @param target the live database, only read
  public static KnownStatements collect(Rehearsal rehearsal, Connection target)
      throws SQLException {
    List<AppStatement> all = new ArrayList<>(file(Version.NEW, rehearsal.newStatements()));
    if (rehearsal.oldStatements() != null) {
      all.addAll(file(Version.OLD, rehearsal.oldStatements()));
      return new KnownStatements(all, rehearsal.oldStatements().getFileName().toString(), 0);
    }
    String view = statisticsView(target);
    if (view == null) {
      return new KnownStatements(all, "nowhere", 0);
    }
    List<AppStatement> seen = seen(target, view);
    long hidden = seen.stream().filter(s -> s.sql().equals(HIDDEN)).count();
    seen.stream().filter(s -> !s.sql().equals(HIDDEN)).forEach(all::add);
    return new KnownStatements(all, "pg_stat_statements", hidden);
  }

  /// Those that PREPARE takes.
  public List<AppStatement> preparable() {
    return all.stream().filter(AppStatement::preparable).toList();
  }

  /// COPY … FROM and TRUNCATE of these tables: they do not work on a view, and cannot be prepared.
  public List<AppStatement> thatNoViewTakes(Collection<String> tables) {
    if (tables.isEmpty()) {
      return List.of();
    }
    String names =
        tables.stream()
            .map(table -> Pattern.quote(TableName.parse(table).table()))
            .collect(Collectors.joining("|"));
    Pattern onTable =
        Pattern.compile(
            "^\\s*(truncate\\b.*|copy\\b.*)\\b(" + names + ")\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    return all.stream()
        .filter(s -> !s.preparable() && onTable.matcher(s.sql()).matches())
        .filter(s ->
            !s.keyword().equals("copy")
                || s.sql().toLowerCase(Locale.ROOT).matches("(?s).*\\bfrom\\b.*"))
        .toList();
  }

  long count(Version version) {
    return all.stream().filter(s -> s.version() == version).count();
  }

  private static List<AppStatement> file(Version version, @Nullable Path file) {
    return file == null
        ? List.of()
        : StatementFile.read(file).stream()
            .map(s -> new AppStatement(version, s.sql(), null, null, file + ":" + s.line()))
            .toList();
  }

  /// Null where the extension is not there, or the library behind it is not loaded. Whether it is
  /// can only be found out by trying: a plain user may not read the setting that says so.
  private static @Nullable String statisticsView(Connection target) throws SQLException {
    List<String> views =
        Sql.list(
            target,
            """
            select format('%I.pg_stat_statements', n.nspname)
              from pg_catalog.pg_extension e
              join pg_catalog.pg_namespace n on n.oid = e.extnamespace
             where e.extname = 'pg_stat_statements'
            """,
            row -> row.getString(1));
    return views.isEmpty() || !readable(target, views.getFirst()) ? null : views.getFirst();
  }

  private static boolean readable(Connection target, String view) throws SQLException {
    try {
      Sql.execute(target, "select 1 from " + view + " limit 1");
      return true;
    } catch (SQLException e) {
      if (NOT_LOADED.equals(e.getSQLState()) || NOT_ALLOWED.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /// Only those that name a table or view of the user's: the rest, Segue's own looks into the
  /// catalogue among it, no change of the schema reaches.
  private static List<AppStatement> seen(Connection target, String view) throws SQLException {
    return Sql.list(
        target,
        """
        select s.query, sum(s.calls)::bigint as calls, p.path
          from %s s
          left join pg_catalog.pg_roles r on r.oid = s.userid
         cross join lateral (
               select replace(
                        coalesce(
                          (select substr(c, strpos(c, '=') + 1)
                             from pg_catalog.pg_db_role_setting g, unnest(g.setconfig) c
                            where g.setdatabase in (0, s.dbid) and g.setrole in (0, s.userid)
                              and starts_with(c, 'search_path=')
                            order by g.setrole <> 0 desc, g.setdatabase <> 0 desc limit 1),
                          (select reset_val from pg_catalog.pg_settings where name = 'search_path')),
                        '"$user"', coalesce(quote_ident(r.rolname), '"$user"')) as path) p
         where s.dbid = (select oid from pg_catalog.pg_database where datname = current_database())
           -- What runs inside functions is not sent; older views of the statistics do not tell.
           and coalesce(to_jsonb(s) ->> 'toplevel', 'true') = 'true'
           and exists (
                 select from pg_catalog.pg_class c
                   join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  where c.relkind in ('r', 'p', 'v', 'm', 'f')
                    and n.nspname not in ('pg_catalog', 'information_schema', 'segue')
                    and n.nspname not like 'pg\\_toast%%'
                    and c.relname not like 'pg\\_stat\\_statements%%'
                    and strpos(lower(s.query), lower(c.relname)) > 0
                    and s.query ~* ('(^|\\W)'
                          || regexp_replace(c.relname, '([\\\\.*+?^$|(){}\\[\\]])', '\\\\\\1', 'g')
                          || '(\\W|$)'))
           and s.query !~* '^\\s*(begin|start|commit|end|rollback|abort|savepoint|release|set|reset|show|discard|deallocate|explain|vacuum|analyze|create|alter|drop|grant|revoke|comment|declare|fetch|close|listen|notify|unlisten|do|call)\\M'
         group by s.query, p.path
         order by 2 desc
        """
            .formatted(view),
        row ->
            new AppStatement(
                Version.OLD,
                row.getString("query"),
                row.getLong("calls"),
                row.getString("path"),
                null));
  }
}
