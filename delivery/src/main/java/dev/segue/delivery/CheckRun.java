package dev.segue.delivery;

import dev.segue.change.Check;
import dev.segue.change.Expression;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SegueException;
import dev.segue.conductor.Database;
import dev.segue.delivery.process.LogTail;
import dev.segue.delivery.process.Port;
import dev.segue.watch.Condition;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Carries out one smoke test.
///
/// @param entrance where paths without a host are asked: the router; null when there is none
/// @param log where a command's output goes
record CheckRun(
    Check check,
    @Nullable Port entrance,
    @Nullable PostgresTarget postgres,
    Path directory,
    Path log) {

  static String name(Check check) {
    return switch (check) {
      case Check.Http http -> "GET " + http.get();
      case Check.Sql sql -> sql.query();
      case Check.Command command -> command.run();
    };
  }

  static Duration within(Check check) {
    return switch (check) {
      case Check.Http http -> http.within();
      case Check.Sql sql -> sql.within();
      case Check.Command command -> command.within();
    };
  }

  static Optional<Expression> expected(Check check) {
    return switch (check) {
      case Check.Http http -> Optional.of(http.expect());
      case Check.Sql sql -> Optional.of(sql.expect());
      case Check.Command _ -> Optional.empty();
    };
  }

  /// What is wrong, with what was expected and what came; empty when it is as expected.
  Optional<String> complaint() {
    try {
      return switch (check) {
        case Check.Http http -> complaint(http);
        case Check.Sql sql -> complaint(sql);
        case Check.Command command -> complaint(command);
      };
    } catch (IOException | SQLException | SegueException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private Optional<String> complaint(Check.Http http) throws IOException {
    URI uri =
        URI.create(http.get().startsWith("/") ? "http://" + entrance + http.get() : http.get());
    HttpAnswer answer = HttpAnswer.get(uri, http.within());
    return judge(
        http.expect(),
        Map.of(
            "status", answer.status(),
            "time", answer.time(),
            "body", answer.body(),
            "json", answer.json()),
        answer.toString());
  }

  private Optional<String> complaint(Check.Sql sql) throws SQLException {
    if (postgres == null) {
      return Optional.of("the change file names no 'postgres' to ask");
    }
    try (Connection connection = Database.open(postgres.url(), "verify");
        Statement statement = connection.createStatement()) {
      connection.setReadOnly(true);
      statement.setQueryTimeout(Math.toIntExact(Math.max(1, sql.within().toSeconds())));
      try (ResultSet rows = statement.executeQuery(sql.query())) {
        if (!rows.next()) {
          return Optional.of("expected " + sql.expect().text() + ", and there was no row");
        }
        Map<String, Object> row = row(rows);
        return judge(sql.expect(), row, row.toString());
      }
    }
  }

  private static Map<String, Object> row(ResultSet rows) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    Map<String, Object> row = new HashMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      Object value = rows.getObject(i);
      if (value != null) {
        boolean plain = value instanceof Number || value instanceof Boolean;
        row.put(columns.getColumnLabel(i), plain ? value : value.toString());
      }
    }
    return row;
  }

  private static Optional<String> judge(
      Expression expect, Map<String, Object> figures, String came) {
    Condition condition = Conditions.compile(expect);
    return condition.test(figures) == Condition.Truth.TRUE
        ? Optional.empty()
        : Optional.of(
            "expected %s, and it was %s (%s)".formatted(condition, came, condition.show(figures)));
  }

  private Optional<String> complaint(Check.Command command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", command.run())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(command.within().toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.of("expected an end, and it still runs;" + said());
      }
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of("expected exit code 0, and it was " + process.exitValue() + ";" + said());
    } finally {
      Stream.concat(process.descendants(), Stream.of(process.toHandle()))
          .forEach(ProcessHandle::destroyForcibly);
    }
  }

  private String said() {
    return " its last lines:\n" + LogTail.of(log, 0);
  }
}
