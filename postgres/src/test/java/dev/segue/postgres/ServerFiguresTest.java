package dev.segue.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.DatabaseUrl;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import dev.segue.watch.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ServerFiguresTest {

  @Test
  void theServersOwnFiguresAreRead() throws SQLException {
    try (TestDatabase database = TestDatabases.fresh();
        Connection open = database.connect();
        Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.execute("select 1");

      assertThat(new ServerFigures(url(database)).read())
          .asInstanceOf(InstanceOfAssertFactories.type(Reading.Figures.class))
          .satisfies(figures -> {
            assertThat(figures.values())
                .containsEntry("connections", 1L)
                .containsEntry("waiting", 0L)
                .containsKey("max_connections");
            assertThat((Duration) figures.values().get("longest_transaction")).isPositive();
          });
    }
  }

  @Test
  void aDatabaseThatIsNotThereGivesNoFigures() throws SQLException {
    TestDatabase database = TestDatabases.fresh();
    database.close();

    assertThat(new ServerFigures(url(database)).read())
        .asInstanceOf(InstanceOfAssertFactories.type(Reading.Unavailable.class))
        .satisfies(reading -> assertThat(reading.why()).contains("There is no database"));
  }

  private static DatabaseUrl url(TestDatabase database) {
    return new DatabaseUrl(
        "127.0.0.1", database.server().port(), database.name(), "postgres", null, Map.of());
  }
}
