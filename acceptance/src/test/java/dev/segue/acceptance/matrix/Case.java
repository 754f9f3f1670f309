package dev.segue.acceptance.matrix;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One operation, or several in one change, with everything the matrix needs to know of it. In its
/// SQL `:rows` is how many rows the table has.
///
/// @param name of the change
/// @param copies whether it copies rows, so that a large table is worth its time
/// @param setUp statements that make the database as it is before
/// @param schema the change file's section, without its key
/// @param before the old client
/// @param after the new client, which comes when the expansion stands
/// @param promised statements that make of a database as it was before the one that the change
///   promises; `:kind` is the kind of a generated column
/// @param left whether a take-back leaves it so, because the server knows no way back
/// @param filled what NULL becomes, if it does
/// @param holds queries that find no row while both clients are served, and after
/// @param since the first version of the server that can do it
record Case(
    String name,
    boolean copies,
    String setUp,
    String schema,
    Side before,
    Side after,
    String promised,
    boolean left,
    @Nullable Long filled,
    List<String> holds,
    int since) {

  static final String ORDERS =
      """
      create table orders (id bigint primary key, n bigint, note text not null default 'none');
      insert into orders select i, i, 'order ' || i from generate_series(1, :rows) i;
      """;

  private static final Side ORDER = Side.of("orders");

  Case {
    holds = List.copyOf(holds);
  }

  /// On a small table of orders, which both clients know in the same shape.
  static Case of(String name, String schema) {
    return new Case(name, false, ORDERS, schema, ORDER, ORDER, "", false, null, List.of(), 14);
  }

  Case copying() {
    return new Case(name, true, setUp, schema, before, after, promised, left, filled, holds, since);
  }

  Case on(String statements) {
    return new Case(
        name, copies, statements, schema, before, after, promised, left, filled, holds, since);
  }

  Case with(String more) {
    return on(setUp + more);
  }

  Case from(Side old) {
    return new Case(name, copies, setUp, schema, old, after, promised, left, filled, holds, since);
  }

  Case to(Side fresh) {
    return new Case(
        name, copies, setUp, schema, before, fresh, promised, left, filled, holds, since);
  }

  Case promises(String statements) {
    return new Case(
        name, copies, setUp, schema, before, after, statements, left, filled, holds, since);
  }

  Case asking(String section) {
    return new Case(
        name, copies, setUp, section, before, after, promised, left, filled, holds, since);
  }

  Case leavesIt() {
    return new Case(
        name, copies, setUp, schema, before, after, promised, true, filled, holds, since);
  }

  Case fills(long value) {
    return new Case(
        name, copies, setUp, schema, before, after, promised, left, value, holds, since);
  }

  Case holding(String... queries) {
    return new Case(
        name,
        copies,
        setUp,
        schema,
        before,
        after,
        promised,
        left,
        filled,
        List.of(queries),
        since);
  }

  Case since(int version) {
    return new Case(
        name, copies, setUp, schema, before, after, promised, left, filled, holds, version);
  }

  /// On a server that has them since 18, generated columns are virtual.
  String promised(int version) {
    return promised.replace(":kind", version < 18 ? "stored" : "virtual");
  }

  String setUp(int rows) {
    return setUp.replace(":rows", Integer.toString(rows));
  }

  /// Its change file.
  ///
  /// @param postgres keys of its section besides the URL
  String file(String postgres) {
    return """
    change: %s
    postgres: { url: "${DATABASE_URL}"%s }
    rehearsal: off
    schema:
    %s\
    """
        .formatted(name, postgres.isEmpty() ? "" : ", " + postgres, schema.indent(2));
  }

  @Override
  public String toString() {
    return name;
  }
}
