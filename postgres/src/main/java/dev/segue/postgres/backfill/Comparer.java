package dev.segue.postgres.backfill;

import dev.segue.backfill.Pace;
import dev.segue.backfill.Rhythm;
import dev.segue.backfill.Signals;
import dev.segue.backfill.Telling;
import dev.segue.backfill.Verdict;
import dev.segue.change.BatchTime;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Looks at every row, range by range, each in a short transaction that only reads.
final class Comparer {

  private static final BatchTime BATCH =
      new BatchTime(Duration.ofMillis(20), Duration.ofMillis(200));
  private static final Pace.Bounds BOUNDS = new Pace.Bounds(2_000, 1, 200_000);
  private static final int SHOWN = 10;
  private static final int LONGEST_VALUE = 80;

  private final Comparison comparison;
  private final StepContext context;
  private final Connection connection;
  private final Rhythm rhythm;
  private final List<String> examples = new ArrayList<>();
  private long seen;
  private long different;

  /// @param connection with autocommit on
  Comparer(Site site, Comparison comparison, StepContext context, Connection connection) {
    this.comparison = comparison;
    this.context = context;
    this.connection = connection;
    this.rhythm =
        new Rhythm(context, new Unwatched(), BOUNDS, BATCH, site.target().backfill().share());
  }

  /// Who only reads takes no lock that anybody waits for.
  private record Unwatched() implements Signals {

    @Override
    public Verdict verdict(Instant now) {
      return Verdict.GO;
    }

    @Override
    public void close() {}
  }

  Facts compare() throws SQLException {
    long began = System.nanoTime();
    List<Part> parts = Part.of(connection, comparison.table());
    connection.setAutoCommit(false);
    Telling telling = new Telling(context, "comparing", "rows", Part.rows(parts), 0);
    for (Part part : parts) {
      List<String> from = List.of();
      do {
        rhythm.go(() -> {});
        from = range(part, from);
        telling.tell(seen, "");
      } while (!from.isEmpty());
    }
    if (different > 0) {
      throw refused();
    }
    return Facts.of("rows_compared", seen)
        .with("seconds", Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0);
  }

  private record Look(long rows, long different) {}

  private List<String> range(Part part, List<String> from) throws SQLException {
    long began = System.nanoTime();
    List<String> first = BatchSession.reading(rhythm.batchTime());
    Checkpoint at = Checkpoint.range(context.run(), 1, 1, part, from, List.of());
    List<String> to = part.way().end(connection, first, part.table(), at, rhythm.items());
    String range = part.way().within(from, to);
    Look look =
        Sql.one(
            connection,
            "SELECT count(*), count(*) FILTER (WHERE %s) FROM ONLY %s WHERE %s"
                .formatted(comparison.differs(), part.table(), range),
            row -> new Look(row.getLong(1), row.getLong(2)));
    connection.commit();
    seen += look.rows();
    if (look.different() > 0) {
      lookAgain(part, range);
    }
    rhythm.rest(look.rows(), Duration.ofNanos(System.nanoTime() - began));
    return to;
  }

  private record Differing(long all, String words) {}

  /// With a snapshot of its own.
  private void lookAgain(Part part, String range) throws SQLException {
    BatchSession.begin(connection, BatchSession.reading(rhythm.batchTime()));
    String shown =
        comparison.shown().isEmpty()
            ? ""
            : ", " + String.join(", ", comparison.shown().stream().map(this::abridged).toList());
    List<Differing> found =
        Sql.list(
            connection,
            "SELECT count(*) OVER (), %s%s FROM ONLY %s WHERE %s AND (%s) LIMIT %d"
                .formatted(
                    part.way().key(), shown, part.table(), range, comparison.differs(), SHOWN),
            row -> {
              StringBuilder words = new StringBuilder(part.table());
              words.append(' ').append(Sql.texts(row, row.getMetaData().getColumnLabel(2)));
              for (int i = 0; i < comparison.shown().size(); i++) {
                words.append(i == 0 ? ": " : ", ").append(comparison.shown().get(i));
                words.append(" = ").append(row.getString(i + 3));
              }
              return new Differing(row.getLong(1), words.toString());
            });
    connection.commit();
    if (!found.isEmpty()) {
      different += found.getFirst().all();
      found.stream().limit(SHOWN - examples.size()).map(Differing::words).forEach(examples::add);
    }
  }

  private String abridged(String column) {
    return "left((%s)::text, %d)".formatted(column, LONGEST_VALUE);
  }

  private SegueException refused() {
    return new SegueException(
        Kind.REFUSED,
        "rows-differ",
        "%,d of %,d rows of %s differ:\n  %s%s"
            .formatted(
                different,
                seen,
                comparison.table(),
                String.join("\n  ", examples),
                different > examples.size() ? "\n  …" : ""),
        "Find out who wrote them past the trigger (session_replication_role, a disabled trigger), or"
            + " mend the expressions; then run the same command again.");
  }
}
