package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.postgres.FakeContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The copying dies before each thing it sends, and goes on.
class KilledTest {

  private static final int ROWS = 2500;
  private static final Set<String> SENDING =
      Set.of(
          "execute",
          "executeQuery",
          "executeUpdate",
          "executeLargeUpdate",
          "commit",
          "rollback",
          "setAutoCommit");

  @TempDir Path directory;

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Counts what is sent, and dies at one of them.
  private static final class Axe {
    private final int at;
    private int sent;

    Axe(int at) {
      this.at = at;
    }

    Connection over(Connection connection) {
      return wrapped(Connection.class, connection);
    }

    private <T> T wrapped(Class<T> type, T inner) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                if (SENDING.contains(method.getName()) && ++sent >= at) {
                  throw new Killed();
                }
                Object result;
                try {
                  result = method.invoke(inner, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
                return switch (result) {
                  case java.sql.PreparedStatement s -> wrapped(java.sql.PreparedStatement.class, s);
                  case Statement s -> wrapped(Statement.class, s);
                  case null, default -> result;
                };
              }));
    }
  }

  /// @return whether it was killed
  private boolean copyUnder(Axe axe, Members members) throws SQLException {
    try (Connection connection = members.connect()) {
      members.copy(new FakeContext(directory), purpose -> axe.over(connection));
      return false;
    } catch (Killed e) {
      return true;
    }
  }

  @Test
  void goesOnWhereverItWasKilled() throws SQLException {
    try (Members members = Members.numbered(ROWS)) {
      int kills = 0;
      while (copyUnder(new Axe(kills + 1), anew(members))) {
        kills++;
        assertThat(members.left())
            .as("position and rows together, killed before " + kills)
            .isEqualTo(ROWS - members.noted());

        long rows = members.copy(new FakeContext(directory)).number("rows").orElseThrow();

        assertThat(members.left()).as("killed before " + kills).isZero();
        assertThat(rows).as("counted once each, killed before " + kills).isEqualTo(ROWS);
      }
      assertThat(kills).isGreaterThan(30);
    }
  }

  private static Members anew(Members members) throws SQLException {
    members
        .database()
        .execute(
            "DROP SCHEMA IF EXISTS segue CASCADE",
            "TRUNCATE members",
            "ALTER TABLE members DISABLE TRIGGER ALL",
            "INSERT INTO members (id, email) SELECT n, 'M' || n FROM generate_series(1, "
                + ROWS
                + ") n",
            "ALTER TABLE members ENABLE TRIGGER ALL");
    return members;
  }
}
