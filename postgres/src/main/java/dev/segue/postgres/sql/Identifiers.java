package dev.segue.postgres.sql;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Names as SQL writes them.
public final class Identifiers {

  /// NAMEDATALEN - 1: the server cuts longer names, silently.
  public static final int MAX_BYTES = 63;

  private static final String ASIDE_SUFFIX = "__segue";
  private static final Pattern SIMPLE = Pattern.compile("[a-z_][a-z0-9_]*");

  /// What pg_get_keywords() of PostgreSQL 14 to 18 does not call unreserved.
  private static final Set<String> KEYWORDS =
      Set.of(
          """
          all analyse analyze and any array as asc asymmetric authorization between bigint binary
          bit boolean both case cast char character check coalesce collate collation column
          concurrently constraint create cross current_catalog current_date current_role
          current_schema current_time current_timestamp current_user dec decimal default deferrable
          desc distinct do else end except exists extract false fetch float for foreign freeze from
          full grant greatest group grouping having ilike in initially inner inout int integer
          intersect interval into is isnull join json json_array json_arrayagg json_exists
          json_object json_objectagg json_query json_scalar json_serialize json_table json_value
          lateral leading least left like limit localtime localtimestamp merge_action national
          natural nchar none normalize not notnull null nullif numeric offset on only or order out
          outer overlaps overlay placing position precision primary real references returning right
          row select session_user setof similar smallint some substring symmetric system_user table
          tablesample then time timestamp to trailing treat trim true union unique user using values
          varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement
          xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
          """
              .split("\\s+"));

  private Identifiers() {}

  /// The name, quoted where SQL would read something else without.
  public static String quoted(String name) {
    return SIMPLE.matcher(name).matches() && !KEYWORDS.contains(name)
        ? name
        : '"' + name.replace("\"", "\"\"") + '"';
  }

  public static String quoted(String schema, String name) {
    return quoted(schema) + "." + quoted(name);
  }

  public static String literal(String text) {
    String doubled = text.replace("'", "''");
    return doubled.contains("\\")
        ? "E'" + doubled.replace("\\", "\\\\") + "'"
        : "'" + doubled + "'";
  }

  /// The name a table has while a facade stands in its place. A name that must be cut carries a
  /// checksum of the whole, so that two long names stay two.
  public static String aside(String table) {
    if (bytes(table) + ASIDE_SUFFIX.length() <= MAX_BYTES) {
      return table + ASIDE_SUFFIX;
    }
    CRC32 checksum = new CRC32();
    checksum.update(table.getBytes(StandardCharsets.UTF_8));
    String tail = "_%08x".formatted(checksum.getValue()) + ASIDE_SUFFIX;
    String head = table;
    while (bytes(head) + tail.length() > MAX_BYTES) {
      head = head.substring(0, head.offsetByCodePoints(head.length(), -1));
    }
    return head + tail;
  }

  public static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }
}
