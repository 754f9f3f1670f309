package dev.segue.acceptance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Database;
import dev.segue.acceptance.Segue;
import dev.segue.acceptance.Segue.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows get a new form and the old one back on the oldest server that is supported: before 18 an
/// UPDATE does not tell old values.
@Tag("acceptance")
class RowsOnOlderServerTest {

  private static final int OLDEST = 14;

  private static final String ALL =
      "select md5(string_agg(o::text, '|' order by id)) from orders o";

  private static final String FILE =
      """
      change: cents
      postgres: { url: "${DATABASE_URL}" }
      backfill:
        - table: orders
          name: amount
          set: { total: "replace(total, '.', ',')" }
          todo: total like '%.%'
          keep: aside
          pace: { share: full }
        - table: orders
          name: cents
          sql: |
            update orders o set cents = round(replace(o.total, ',', '.')::numeric * u.factor)
            from units u where u.name = 'cent' and {batch:o}
          columns: cents
          todo: cents is null
          pace: { share: full }
      rollback: { automatic: 1s, by-hand: 10m }
      """;

  @TempDir Path directory;

  private void segue(Database database, String... words) throws Exception {
    Result result = new Segue(Map.of("DATABASE_URL", database.url())).start(words).await();
    assertThat(result.exit()).as(result.all()).isZero();
  }

  @Test
  void keptAsideAndBack() throws Exception {
    String file = Files.writeString(directory.resolve("change.yaml"), FILE).toString();
    try (Server server = Server.open(OLDEST)) {
      Database database = server.fresh();
      database.execute(
          "create table units (name text, factor int)",
          "insert into units values ('cent', 100)",
          "create table orders (id int primary key, total text, cents bigint)",
          "insert into orders select i, (i / 100.0)::numeric(9,2)::text from generate_series(1, 3000) i");
      String before = database.column(ALL).getFirst();

      segue(database, "backfill", "run", file);

      assertThat(
              database.column("select count(*) from orders where cents = id and total like '%,%'"))
          .containsExactly("3000");
      segue(database, "backfill", "verify", file, "--check-data");
      database.execute("update orders set cents = -1 where id = 7");
      segue(database, "backfill", "rollback", file);
      assertThat(database.column("select cents from orders where id = 7")).containsExactly("-1");
      database.execute("update orders set cents = null where id = 7");
      assertThat(database.column(ALL)).containsExactly(before);
    }
  }
}
