package dev.segue.acceptance.matrix;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What every row must hold: what was there, and since then what was acknowledged last. A row is
/// written by one client at a time, old or new, so there is one answer. Thread-safe.
final class Written {

  private static final int SHOWN = 10;

  /// @param n null: SQL's NULL
  record Value(@Nullable Long n) {}

  private final Map<Long, Value> values = new ConcurrentHashMap<>();
  private final Set<Long> doubtful = ConcurrentHashMap.newKeySet();
  private final @Nullable Long filled;
  private final List<Lock> locks =
      IntStream.range(0, 1024).<Lock>mapToObj(_ -> new ReentrantLock()).toList();

  /// @param filled what NULL may have become, or null
  Written(@Nullable Long filled) {
    this.filled = filled;
  }

  /// Takes the rows that are there for written; those with numbers below 1 are nobody's.
  void adopt(Connection connection, Side side) throws SQLException {
    each(
        connection,
        side,
        (id, value) -> {
          if (id > 0) {
            values.put(id, value);
          }
        });
  }

  Lock lock(long id) {
    return locks.get((int) (id % locks.size()));
  }

  /// What the row must hold; null: it must not be there.
  @Nullable Value of(long id) {
    return values.get(id);
  }

  void acknowledge(long id, @Nullable Value value) {
    if (value == null) {
      values.remove(id);
    } else {
      values.put(id, value);
    }
  }

  /// Nobody knows what became of a write.
  void doubt(long id) {
    doubtful.add(id);
  }

  boolean doubtful(long id) {
    return doubtful.contains(id);
  }

  /// Whether a value found is the one expected.
  boolean agree(Value expected, Value found) {
    return expected.equals(found) || (expected.n() == null && Objects.equals(filled, found.n()));
  }

  /// Rows that this side does not find as they were written; none may be written meanwhile.
  List<String> differences(Connection connection, Side side) throws SQLException {
    List<String> differences = new ArrayList<>();
    Set<Long> missing = new HashSet<>(values.keySet());
    each(
        connection,
        side,
        (id, found) -> {
          missing.remove(id);
          Value expected = values.get(id);
          if (expected == null && id <= 0) {
            return;
          }
          if (expected == null) {
            add(differences, id, "%d is there with %s".formatted(id, found.n()));
          } else if (!agree(expected, found)) {
            add(differences, id, "%d has %s instead of %s".formatted(id, found.n(), expected.n()));
          }
        });
    missing.forEach(id -> add(differences, id, id + " is lost"));
    return differences;
  }

  private void add(List<String> differences, long id, String what) {
    if (differences.size() < SHOWN && !doubtful(id)) {
      differences.add(what);
    }
  }

  private interface Row {
    void found(long id, Value value);
  }

  private static void each(Connection connection, Side side, Row row) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(10_000);
      try (ResultSet rows = statement.executeQuery(side.all())) {
        while (rows.next()) {
          row.found(rows.getLong(1), value(rows, 2));
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  static Value value(ResultSet row, int column) throws SQLException {
    long n = row.getLong(column);
    return new Value(row.wasNull() ? null : n);
  }
}
