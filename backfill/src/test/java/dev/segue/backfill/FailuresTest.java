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
  void whoBeginsAnewCountsAnew() {
    skipping(10, 0).record(one(1));

    Failures anew = skipping(1, 0);
    anew.beginAnew();
    anew.record(one(2));

    assertThat(anew.all()).containsExactly(one(2));
    assertThat(Failures.read(file())).containsExactly(one(2));
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
  void whatWasMendedIsTakenOff() {
    Failures failures = skipping(10, 0);
    failures.record(one(1));
    failures.record(one(2));
    failures.mended(List.of("shop:member:1", "shop:member:9"));
    assertThat(failures.all()).containsExactly(one(2));
    assertThat(Failures.read(file())).containsExactly(one(2));
  }
}
