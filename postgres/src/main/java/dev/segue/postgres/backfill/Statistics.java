package dev.segue.postgres.backfill;

import dev.segue.backfill.Store.FormCount;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Stats;
import dev.segue.change.Backfill;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What there is to do, before anything is done.
final class Statistics implements Survey.Look {

  private static final int LONGEST_EXAMPLE = 80;

  /// What writing a row costs, besides its expressions (docs/benchmarks.md).
  private static final double SECONDS_A_ROW = 1.0 / 50_000;

  private final Site site;
  private final Connection connection;
  private final Backfill.Rows rows;
  private final Looking looking;
  private final Declared declared;
  private long todo;
  private long failing;
  private long nanos;
  private String example = "";
  private final Map<String, FormCount> refusals = new TreeMap<>();

  Statistics(Site site, Connection connection, Backfill.Rows rows, Looking looking)
      throws SQLException {
    this.site = site;
    this.connection = connection;
    this.rows = rows;
    this.looking = looking;
    this.declared = Declared.read(connection, rows);
    declared.fit(connection);
  }

  Stats read() throws SQLException {
    List<Part> parts = Part.of(connection, declared.writes().table());
    long looked = new Survey(connection, looking, this).over(parts, "looking at");
    boolean sampled = looking.sample() > 0 && looked < Part.rows(parts);
    long items = sampled ? Part.rows(parts) : looked;
    double share = looked == 0 ? 0 : (double) (todo + failing) / looked;
    double perRow = SECONDS_A_ROW + (looked == 0 ? 0 : nanos / 1e9 / looked);
    Keeping keeping = Keeping.of(connection, site, declared);
    Forecast forecast = Forecast.of(connection, declared.writes().table(), declared.quietly());
    long kept = rows.keep() == Backfill.Keep.BACKUP ? 0 : Keeping.bytes(connection, declared);
    return new Stats(
        items,
        sampled,
        looked,
        todo + failing,
        failing,
        forms(looked),
        items * share * perRow / rows.pace().share() / rows.workers(),
        Math.round(share * (forecast.tableBytes() + kept)),
        keeping.words(),
        List.of(forecast.words(Terms.declared(rows.pace(), site), rows.workers())));
  }

  private List<FormCount> forms(long looked) {
    String columns = String.join(", ", rows.set().columns());
    List<FormCount> forms = new ArrayList<>();
    forms.add(new FormCount(columns, "done", looked - todo - failing, "", true));
    forms.add(new FormCount(columns, "to do", todo, example, true));
    forms.addAll(refusals.values());
    return forms.stream().filter(form -> form.count() > 0).toList();
  }

  private String inputs() {
    List<String> inputs = declared.inputs("");
    return inputs.isEmpty()
        ? "''"
        : inputs.stream()
            .map(input -> "coalesce(" + input + "::text, 'null')")
            .collect(Collectors.joining(" || ', ' || "));
  }

  @Override
  public long at(Part part, String range) throws SQLException {
    String values =
        declared.assignments().stream()
            .map(each ->
                ", count(CASE WHEN segue_todo THEN CAST(%s AS %s)::text END)"
                    .formatted(each.value(), declared.types().get(each.column())))
            .collect(Collectors.joining());
    String sql =
        "SELECT count(*), count(*) FILTER (WHERE segue_todo), left(min(%s) FILTER (WHERE segue_todo), %d)%s FROM (SELECT *, (%s) AS segue_todo FROM %s WHERE %s) AS %s"
            .formatted(
                inputs(),
                LONGEST_EXAMPLE,
                values,
                declared.writes().todo(),
                declared.writes().rows(part.table()),
                range,
                declared.writes().called());
    long began = System.nanoTime();
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      try (ResultSet row = statement.executeQuery(sql)) {
        row.next();
        nanos += System.nanoTime() - began;
        todo += row.getLong(2);
        if (example.isEmpty() && row.getString(3) != null) {
          example = row.getString(3);
        }
        return row.getLong(1);
      }
    }
  }

  @Override
  public void failed(Part part, String range, SQLException why) throws SQLException {
    failing++;
    String state = String.valueOf(why.getSQLState());
    FormCount known = refusals.get(state);
    if (known == null) {
      String shown =
          Sql.one(
              connection,
              "SELECT left(%s, %d) FROM ONLY %s WHERE %s"
                  .formatted(inputs(), LONGEST_EXAMPLE, part.table(), range),
              row -> row.getString(1));
      known =
          new FormCount(
              String.join(", ", rows.set().columns()),
              state + ": " + BadRows.reason(why),
              0,
              shown,
              false);
    }
    refusals.put(
        state,
        new FormCount(known.field(), known.form(), known.count() + 1, known.example(), false));
  }
}
