package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("the locale is that of the whole process")
final class TallyTest {

  private final Locale before = Locale.getDefault();

  @BeforeEach
  void inEgypt() {
    Locale.setDefault(Locale.of("ar", "EG"));
  }

  @AfterEach
  void back() {
    Locale.setDefault(before);
  }

  @Test
  void isReadBackWhateverDigitsPeopleWrite() {
    assertThat("%d".formatted(7)).isNotEqualTo("7");
    Tally tally =
        new Tally(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, Duration.ofMillis(11), Duration.ofMillis(12));
    assertThat(tally.written()).isEqualTo("1 2 3 4 5 6 7 8 9 10 11 12");
    assertThat(Tally.read(Map.of("now", tally.written()), "now")).isEqualTo(tally);
  }
}
