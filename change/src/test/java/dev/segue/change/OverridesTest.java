package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.FailurePolicy.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the command line says is read from the text that is stored, like everything else.
class OverridesTest {

  private static final String FILE =
      """
      change: dates
      redis: { url: redis://localhost }
      postgres: { url: postgres://localhost/app }
      backfill:
        - keys: "member:*"
          name: members
          convert: [{ datetime-to-epoch: { fields: a } }]
        - table: orders
          name: cents
          set: { cents: "total * 100" }
          on-error: log-and-skip
          max-errors: 7
          max-error-rate: 3%\
      """;

  private static List<Backfill> read(String text) {
    return ChangeFile.parse(text, Path.of("change.yaml"), Map.of()).data().backfills();
  }

  @Test
  void nothingSaidChangesNothing() {
    assertThat(Overrides.NONE.text()).isEmpty();
  }

  @Test
  void whatIsSaidIsInTheTextAndCountsForEveryBackfill() {
    String text = FILE + new Overrides(List.of(), 1000, Mode.DEFAULT, "it's 0", 12).text();
    assertThat(Overrides.areBehind(FILE, text)).isTrue();
    assertThat(Overrides.areBehind(FILE, FILE)).isFalse();
    List<Backfill> backfills = read(text);
    assertThat(backfills).hasSize(2);
    assertThat(backfills)
        .extracting(b -> b.pace().maxBatch())
        .as("of keys never more than 500")
        .containsExactly(500, 1000);
    assertThat(backfills)
        .extracting(Backfill::failures)
        .containsExactly(
            new FailurePolicy(Mode.DEFAULT, "it's 0", 12, 0.01),
            new FailurePolicy(Mode.DEFAULT, "it's 0", 12, 0.03));
  }

  @Test
  void whatIsNotSaidStaysAsTheFileSays() {
    List<Backfill> backfills =
        read(FILE + new Overrides(List.of("cents"), 0, Mode.LOG_AND_SKIP, null, -1).text());
    assertThat(backfills).extracting(Backfill::name).containsExactly("cents");
    assertThat(backfills.getFirst().failures())
        .isEqualTo(new FailurePolicy(Mode.LOG_AND_SKIP, null, 7, 0.03));
  }

  @Test
  void aBackfillThatIsNotThereIsNamed() {
    String text = FILE + new Overrides(List.of("cent"), 0, null, null, -1).text();
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            ChangeFileException.class,
            e ->
                assertThat(e.problems().getFirst().message())
                    .isEqualTo(
                        "overrides.backfills: there is no backfill 'cent'; there are: members, cents"));
  }
}
