package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownTest {

  @Test
  void aMillionItemsTakeALittleMemoryHoweverLongTheyAre() {
    Known known = new Known();
    int all = 1_000_000;
    String shop = "shop:app.models.Member:".repeat(5);
    for (int i = 0; i < all; i++) {
      assertThat(known.add(shop + i)).isTrue();
    }

    assertThat(known.count()).isEqualTo(all);
    assertThat(known.bytes()).isLessThanOrEqualTo(16 << 20);
    for (int i = 0; i < all; i += 7) {
      assertThat(known.holds(shop + i)).isTrue();
      assertThat(known.add(shop + i)).isFalse();
      assertThat(known.holds(shop + "x" + i)).isFalse();
    }
    assertThat(known.count()).isEqualTo(all);
  }
}
