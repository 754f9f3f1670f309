package dev.segue.acceptance.matrix;

import dev.segue.acceptance.matrix.Written.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One session of one side. Each statement is prepared once, as drivers and poolers do.
final class Client implements AutoCloseable {

  private static final Pattern PARAMETER = Pattern.compile("(?<!:):(id|n)\\b");

  private final Connection connection;
  private final Side side;
  private final Map<String, Prepared> prepared = new HashMap<>();

  private record Prepared(PreparedStatement statement, List<String> parameters) {}

  Client(Connection connection, Side side) {
    this.connection = connection;
    this.side = side;
  }

  int insert(long id, Value value) throws SQLException {
    return filled(side.insert(), id, value.n()).executeUpdate();
  }

  int update(long id, Value value) throws SQLException {
    return filled(side.update(), id, value.n()).executeUpdate();
  }

  int delete(long id) throws SQLException {
    return filled(side.delete(), id, null).executeUpdate();
  }

  Optional<Value> read(long id) throws SQLException {
    try (ResultSet row = filled(side.one(), id, null).executeQuery()) {
      return row.next() ? Optional.of(Written.value(row, 1)) : Optional.empty();
    }
  }

  private PreparedStatement filled(String sql, long id, @Nullable Long n) throws SQLException {
    Prepared ready = prepared.get(sql);
    if (ready == null) {
      ready = prepare(sql);
      prepared.put(sql, ready);
    }
    for (int i = 0; i < ready.parameters().size(); i++) {
      Long value = ready.parameters().get(i).equals("id") ? Long.valueOf(id) : n;
      if (value == null) {
        ready.statement().setNull(i + 1, Types.BIGINT);
      } else {
        ready.statement().setLong(i + 1, value);
      }
    }
    return ready.statement();
  }

  private Prepared prepare(String sql) throws SQLException {
    Matcher matcher = PARAMETER.matcher(sql);
    List<String> parameters = new ArrayList<>();
    while (matcher.find()) {
      parameters.add(matcher.group(1));
    }
    return new Prepared(connection.prepareStatement(matcher.replaceAll("?")), parameters);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
