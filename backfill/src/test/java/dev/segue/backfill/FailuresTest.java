package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.backfill.Failures.Failed;
import dev.segue.change.FailurePolicy;
import dev.segue.change.FailurePolicy.Mode;
import dev.segue.change.SegueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailuresTest {

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("failed-members.jsonl");
  }

  private static Failed one(int n) {
    return new Failed("shop:member:" + n, "joined", "ne\"ver\n" + n, "unreadable", "no date");
  }

  private Failures skipping(long most, double rate) {
    return new Failures(new FailurePolicy(Mode.LOG_AND_SKIP, null, most, rate), file());
  }

  @Test
  void eachIsWrittenOnceWhoeverGoesOn() throws IOException {
    assertThat(skipping(10, 0).record(one(1))).isTrue();
    Failures later = skipping(10, 0);
    assertThat(later.record(one(1))).isFalse();
    assertThat(later.record(one(2))).isTrue();

    assertThat(later.count()).isEqualTo(2);
    assertThat(Failures.read(file())).containsExactly(one(1), one(2));
  }

  @Test
  void aLineThatWasCutShortIsNone() throws IOException {
    skipping(10, 0).record(one(1));
    Files.writeString(file(), "\n{\"item\":\"shop:mem", StandardOpenOption.APPEND);

    skipping(10, 0).record(one(2));

    assertThat(Failures.read(file())).containsExactly(one(1), one(2));
  }

  @Test
  void whereverTheLastLineWasCutTheFileIsGoneOnWith() throws IOException {
    Failed plain = one(1);
    Failed nested =
        new Failed("m:2", "", "{\"a\":{\"b\":[{}]},\"née\":\"Zoë 日本 😀\"}", "no-json", "it is {}");
    skipping(10, 0).record(plain);
    int first = Files.readAllBytes(file()).length;
    skipping(10, 0).record(nested);
    byte[] whole = Files.readAllBytes(file());

    for (int length = 0; length <= whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      List<Failed> kept = new ArrayList<>();
      if (length >= first - 1) {
        kept.add(plain);
      }
      if (length >= whole.length - 1) {
        kept.add(nested);
      }
      assertThat(Failures.read(file())).as("cut at %s", length).isEqualTo(kept);

      skipping(10, 0).record(one(3));

      kept.add(one(3));
      assertThat(Failures.read(file())).as("cut at %s", length).isEqualTo(kept);
    }
  }

  @Test
  void ofALongValueOnlyTheBeginningIsKept() throws IOException {
    String document = "{\"é\":\"" + "9".repeat(300_000) + "\"}";
    Failed large = new Failed("m:1", "", document, "no-json", document);
    assertThat(large.value()).startsWith("{\"é\":\"999").hasSize(Failures.LONGEST_VALUE);
    assertThat(large.reason()).hasSize(Failures.LONGEST_VALUE);

    skipping(10, 0).record(large);

    assertThat(Files.size(file())).isLessThan(3_000);
    assertThat(Failures.read(file())).containsExactly(large);
  }

  @Test
  void anOldValueThatNothingElseHasIsWrittenWhole() {
    Failed one = new Failed("m:1", "", "?", "no-way-back", "lost", "é".repeat(50_000));

    skipping(10, 0).record(one);

    assertThat(Failures.read(file())).containsExactly(one);
  }

  @Test
  void thoseOfABatchAreAllWrittenBeforeTheyAreTooMany() {
    Failures failures = skipping(2, 0);
    assertThat(failures.bears(2)).isTrue();
    assertThat(failures.bears(3)).isFalse();

    assertThatThrownBy(() -> failures.record(List.of(one(1), one(2), one(3), one(4))))
        .hasMessageContaining("4 items could not be converted, more than max-errors: 2");

    assertThat(Failures.read(file())).containsExactly(one(1), one(2), one(3), one(4));
  }

  @Test
  void moreThanAllowedEndIt() {
    Failures failures = skipping(2, 0);
    failures.record(one(1));
    failures.record(one(2));
    assertThatThrownBy(() -> failures.record(one(3)))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("too-many-errors"))
        .hasMessageContaining("3 items could not be converted, more than max-errors: 2")
        .hasMessageContaining("shop:member:3, joined cannot be converted");
    assertThatThrownBy(() -> skipping(2, 0).looked(1)).hasMessageContaining("max-errors");
  }

  @Test
  void aRateCountsOnceEnoughWasLookedAt() {
    Failures failures = skipping(1000, 0.01);
    for (int i = 0; i < 20; i++) {
      failures.record(one(i));
    }
    failures.looked(999);
    assertThatThrownBy(() -> failures.looked(1))
        .hasMessageContaining("2.00 % of 1,000, more than max-error-rate: 1.00 %");
    assertThat(Failures.read(file())).hasSize(20);
  }

  @Test
  void whereNoneMayFailTheFirstIsNamed() {
    Failures failures = new Failures(FailurePolicy.FAIL, file());
    assertThatThrownBy(() -> failures.record(one(7)))
        .hasMessage("shop:member:7, joined cannot be converted: 'ne\"ver\n7': no date");
  }

  @Test
  void whoeverGoesOnElsewhereGoesByWhatTheStoreHolds() {
    Failures elsewhere = skipping(2, 0);
    elsewhere.heldBy(told -> {
      told.accept(one(1));
      told.accept(one(2));
      told.accept(one(1));
    });

    assertThat(elsewhere.count()).isEqualTo(2);
    assertThat(elsewhere.record(one(2))).isFalse();
    assertThat(Failures.read(file())).containsExactly(one(1), one(2));
    assertThatThrownBy(() -> elsewhere.record(one(3))).hasMessageContaining("max-errors: 2");

    // Here one is known that has been mended there, and one that never came to be.
    Failures again = skipping(2, 0);
    again.heldBy(told -> told.accept(one(2)));
    assertThat(again.knows("shop:member:1")).isFalse();
    assertThat(again.all()).containsExactly(one(2));
  }

  @Test
  void whereTheStoreHoldsNothingThereIsNoFile() {
    skipping(2, 0).heldBy(_ -> {});
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aMillionAreGoneOnWith() {
    int all = 1_000_000;
    Failures failures = skipping(all, 0);
    failures.heldBy(told -> {
      for (int i = 0; i < all; i++) {
        told.accept(one(i));
      }
    });

    Failures later = skipping(all, 0);

    assertThat(later.count()).isEqualTo(all);
    assertThat(later.knows("shop:member:999999")).isTrue();
    assertThat(later.record(one(4711))).isFalse();
    assertThatThrownBy(() -> later.record(one(all)))
        .hasMessageContaining("1,000,001 items could not be converted");
  }

  @Test
  void aMessageSaysNoMoreOfAValueThanIsNeededToKnowIt() {
    String secret = "born 1951-04-01, " + "a diagnosis ".repeat(50);
    Failed one = new Failed("m:" + "1".repeat(500), "joined", secret, "no-date", secret);
    Failures none = new Failures(FailurePolicy.FAIL, file());
    assertThatThrownBy(() -> none.record(one))
        .isInstanceOfSatisfying(
            SegueException.class,
            e -> {
              assertThat(e.getMessage())
                  .startsWith("m:111")
                  .contains("'" + secret.substring(0, 79) + "…'")
                  .hasSizeLessThan(450);
              assertThat(e.remedy()).contains("failed-members.jsonl");
            });
    assertThatThrownBy(() -> skipping(0, 0).looked(1))
        .hasMessageContaining("1 item could not be converted")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(550));
    assertThat(Failures.read(file())).containsExactly(one);
  }

  @Test
  void whatWasMendedIsTakenOff() {
    Failures failures = skipping(10, 0);
    failures.record(one(1));
    failures.record(one(2));
    failures.record(new Failed("m:odd", "", "half a character: \ud83d", "no-json", ""));
    failures.mended(List.of("shop:member:1", "shop:member:9"));
    assertThat(failures.all())
        .isEqualTo(Failures.read(file()))
        .contains(one(2))
        .extracting(Failed::item)
        .containsExactly("shop:member:2", "m:odd");
  }
}
