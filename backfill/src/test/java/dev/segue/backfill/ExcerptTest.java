package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.backfill.Store.Mismatch;
import org.junit.jupiter.api.Test;

class ExcerptTest {

  @Test
  void whatIsShortStaysAndWhatIsLongIsMarked() {
    assertThat(Excerpt.of("abcde", 5)).isEqualTo("abcde");
    assertThat(Excerpt.of("abcdef", 5)).isEqualTo("abcd…");
    assertThat(Excerpt.of(Excerpt.of("abcdef", 5), 5)).isEqualTo("abcd…");
    assertThat(Excerpt.of("abc😀f", 5)).isEqualTo("abc…");
    assertThat(Excerpt.of("abcdefgh", 3, 3)).isEqualTo("…de…");
    assertThat(Excerpt.of("ab", 7, 3)).isEqualTo("…");
  }

  @Test
  void ofTwoDocumentsThatDifferThePlaceIsShown() {
    String same = "x".repeat(300_000);
    Mismatch mismatch = new Mismatch("m:1", "", same + "old" + same, same + "new" + same);
    assertThat(mismatch.found()).contains("xoldx").hasSizeLessThan(1_100);
    assertThat(mismatch.expected()).contains("xnewx").hasSizeLessThan(1_100);
    assertThat(new Mismatch("m:1", "a", "5", ""))
        .hasToString("Mismatch[item=m:1, field=a, found=5, expected=]");
  }
}
