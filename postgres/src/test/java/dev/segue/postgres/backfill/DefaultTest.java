package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.change.FailurePolicy;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultTest {

  @TempDir Path directory;

  private static Rows withADefault() {
    Rows like = Orders.rows(Keep.BESIDE, new FailurePolicy(Mode.DEFAULT, "0", 2, 0), 1);
    return new Rows(
        like.where(),
        "cents",
        "orders",
        like.set(),
        "",
        "",
        1,
        like.pace(),
        like.failures(),
        Keep.BESIDE);
  }

  /// A row without a key that has moved is met as if it had never been seen.
  @Test
  void itIsNotKeptAsWhatWasThere() throws SQLException {
    try (Orders orders = Orders.keyed("id int", "id", "n", "", 600)) {
      orders.database().execute("UPDATE orders SET amount = 'none', cents = 8 WHERE id = 5");
      RowsStep step = orders.step(withADefault());
      FakeContext context = new FakeContext(directory);
      AtomicBoolean moved = new AtomicBoolean();
      context.whilePaused =
          () -> {
            try {
              if (orders.count("id = 5 AND cents = 0") == 1 && moved.compareAndSet(false, true)) {
                orders.database().execute("UPDATE orders SET note = 1 WHERE id = 5");
              }
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          };

      assertThat(step.apply(context).number("replaced").orElseThrow()).isPositive();
      assertThat(moved).isTrue();
      step.takeBack(new FakeContext(directory));

      assertThat(orders.count("id = 5 AND cents = 8 AND note = 1")).isEqualTo(1);
    }
  }
}
