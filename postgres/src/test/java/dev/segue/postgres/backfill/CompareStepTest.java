package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Observation;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareStepTest {

  @TempDir Path directory;

  @Test
  void comparesEveryRow() throws SQLException {
    try (Members members = Members.numbered(5000)) {
      FakeContext context = new FakeContext(directory);
      members.step().apply(context);
      CompareStep compare = members.comparison();
      assertThat(compare.describe().statements().getFirst().text())
          .isEqualTo(
              "SELECT count(*) FROM public.members WHERE email_new IS DISTINCT FROM lower(email)");
      assertThat(compare.observe(context)).isEqualTo(Observation.TRACELESS);
      assertThat(compare.apply(context).number("rows_compared")).contains(5000L);
    }
  }

  @Test
  void refusesWithTheFirstThatDiffer() throws SQLException {
    try (Members members = Members.numbered(5000)) {
      FakeContext context = new FakeContext(directory);
      members.step().apply(context);
      members
          .database()
          .execute(
              "ALTER TABLE members DISABLE TRIGGER ALL",
              "UPDATE members SET email_new = 'wrong' WHERE id IN (7, 4999)",
              "UPDATE members SET email_new = NULL WHERE id = 3000");

      assertThatThrownBy(() -> members.comparison().apply(context))
          .isInstanceOfSatisfying(
              SegueException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.REFUSED);
                assertThat(e.code()).isEqualTo("rows-differ");
              })
          .hasMessageContaining("3 of 5,000 rows of public.members differ")
          .hasMessageContaining("public.members [7]: email = M7@Example, email_new = wrong")
          .hasMessageContaining("public.members [3000]: email = M3000@Example, email_new = null")
          .hasMessageContaining("public.members [4999]");
    }
  }

  @Test
  void listsTenAndCountsAll() throws SQLException {
    try (Members members = Members.numbered(5000)) {
      assertThatThrownBy(() -> members.comparison().apply(new FakeContext(directory)))
          .hasMessageContaining("5,000 of 5,000 rows of public.members differ")
          .hasMessageContaining("public.members [10]:")
          .hasMessageNotContaining("public.members [11]:")
          .hasMessageEndingWith("…");
    }
  }
}
