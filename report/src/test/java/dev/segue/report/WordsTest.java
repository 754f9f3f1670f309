package dev.segue.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordsTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          0,        0 ms
          0.74,     0.7 ms
          11.83,    12 ms
          999,      999 ms
          1234,     1.2 s
          59900,    59.9 s
          60000,    1 min
          252400,   4 min 12 s
          7500000,  2 h 5 min
          90000000, 25 h
          """)
  void a_time_is_as_exact_as_it_is_short(double ms, String words) {
    assertThat(Words.millis(ms)).isEqualTo(words);
  }

  @Test
  void a_fact_wears_its_unit() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("lock_ms", 11.83);
    facts.put("bytes", 1_234_567L);
    facts.put("rows_read", 100_000L);
    facts.put("share", 0.0512);
    facts.put("old_port", 18_001);
    facts.put("restored", true);
    facts.put("tables", List.of("a", "b"));
    facts.put("per_table", Map.of("size_bytes", 2_000));

    assertThat(Words.facts(facts))
        .isEqualTo(
            "lock 12 ms, bytes 1.2 MB, rows read 100,000, share 0.051, old port 18001, restored yes,"
                + " tables a, b, per table size_bytes 2 kB");
  }

  @Test
  void sums_up_the_traffic() {
    assertThat(Words.traffic(Reports.small().samples()))
        .isEqualTo("1,400 requests in 2 samples, 0 failed; the slowest sample's p95 was 22 ms");
    assertThat(Words.traffic(Arrays.asList()))
        .isEqualTo("0 requests in 0 samples, 0 failed; the slowest sample's p95 was 0 ms");
  }
}
