package dev.segue.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.segue.watch.Condition.Truth;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConditionTest {

  private static final Map<String, Object> FIGURES = figures();

  private static Map<String, Object> figures() {
    Map<String, Object> health = new HashMap<>();
    health.put("errors", 7L);
    health.put("rate", 0.5);
    health.put("nan", Double.NaN);
    health.put("status", "healthy");
    health.put("list", Arrays.asList(1L, 2.5, null));
    health.put("ok", true);
    health.put("time", Duration.ofMillis(2500));
    health.put("nothing", null);
    health.put("requests", 0.0);
    health.put("none", 0L);
    return Map.of("health", health, "n", 3, "sum", new BigDecimal("1.5"), "status", 200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          health.errors > 5                               ; TRUE
          health.errors > 7                               ; FALSE
          health.errors > 6.5                             ; TRUE
          health.errors == 7.0                            ; TRUE
          health.rate < 1                                 ; TRUE
          health['rate'] > 1                              ; FALSE
          health.status == 'healthy' && health.errors < 9 ; TRUE
          health.status != 'healthy'                      ; FALSE
          health.ok                                       ; TRUE
          !health.ok                                      ; FALSE
          status == 200                                   ; TRUE
          n > 2                                           ; TRUE
          n == 3.0                                        ; TRUE
          sum > 1                                         ; TRUE
          health.time > 2s                                ; TRUE
          health.time > 2s500ms                           ; FALSE
          health.time >= 2500ms                           ; TRUE
          health.time < 1m && health.time < 1h && health.time < 7d ; TRUE
          health.time > duration('2s')                    ; TRUE
          health.time + 500ms == 3s                       ; TRUE
          health.status == '2s'                           ; FALSE
          health.list.exists(x, x > 2)                    ; TRUE
          health.list.all(x, x > 2)                       ; FALSE
          size(health.list) == 2                          ; TRUE
          has(health.errors)                              ; TRUE
          has(health.nothing)                             ; FALSE
          has(health.nan)                                 ; FALSE
          type(health.errors) == int                      ; TRUE
          health.status.matches('^heal')                  ; TRUE
          true                                            ; TRUE
          # --
          health.missing > 1                              ; NO_DATA
          health.missing.deep > 1                         ; NO_DATA
          http.p95 > 2s                                   ; NO_DATA
          nobody                                          ; NO_DATA
          health.nan > 1                                  ; NO_DATA
          !(health.nan <= 1)                              ; NO_DATA
          health.nothing == 1                             ; NO_DATA
          health.time > 2                                 ; NO_DATA
          health.status > 5                               ; NO_DATA
          health.status                                   ; NO_DATA
          health.errors.deep == 1                         ; NO_DATA
          health.errors / health.none > 1                 ; NO_DATA
          health.rate / health.requests > 0.05            ; NO_DATA
          health.requests / health.requests > 0.05        ; NO_DATA
          # -- what decides decides, whatever the other side is
          health.missing > 1 || health.errors > 5         ; TRUE
          health.missing > 1 || health.errors > 9         ; NO_DATA
          health.missing > 1 && health.errors > 9         ; FALSE
          health.missing > 1 && health.errors > 5         ; NO_DATA
          http.p95 > 2s || health.errors > 5              ; TRUE
          """)
  void tells_the_truth(String text, Truth expected) {
    assertThat(Condition.compile(text).test(FIGURES)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          health.errors >                     ; 15 ; ends too early
          health.errors > 5 &&                ; 20 ; ends too early
          health.errors > > 5                 ; 16 ; unexpected '>'
          health.errors = 5                   ; 14 ; unexpected '=': equality is written '=='
          http.p95 > 2s && (1                 ; 19 ; ends too early: missing ')'
          http.p95 > 2s && foo(1)             ; 20 ; there is no function 'foo'
          1h30m > 5                           ;  6 ; '>' cannot be applied to (duration, int)
          'é😀' == '2s' && 2s > nope(3)       ; 26 ; there is no function 'nope'
          n > 99999999999999999999            ;  4 ; '99999999999999999999' is too large a number
          matches(status, '[')                ; 16 ; Unclosed character class near index 0
          n > 2 for 5s                        ;  6 ; unexpected 'for'
          n > 2x                              ;  5 ; unexpected 'x'
          n + 1                               ;  0 ; must be true or false, but is of type int: compare it with something
          'text'                              ;  0 ; must be true or false, but is of type string: compare it with something
          """)
  void points_at_the_mistake(String text, int offset, String message) {
    ConditionException e =
        catchThrowableOfType(ConditionException.class, () -> Condition.compile(text));

    assertThat(e).hasMessage(message);
    assertThat(e.offset()).isEqualTo(offset);
  }

  @Test
  void an_empty_condition_is_none() {
    assertThat(catchThrowableOfType(ConditionException.class, () -> Condition.compile("")))
        .hasMessage("ends too early");
  }

  @Test
  void points_at_the_mistake_in_a_later_line() {
    String text = "http.p95 > 2s\n  && health.time > 3m\n  && foo(1)";

    ConditionException e =
        catchThrowableOfType(ConditionException.class, () -> Condition.compile(text));

    assertThat(e.offset()).isEqualTo(text.indexOf("(1)"));
  }

  @Test
  void leaves_durations_in_literals_and_comments_alone() {
    for (String literal :
        List.of("'2s'", "\"2s\"", "r'\\2s'", "'\\'2s'", "'''a\n'2s'''", "\"\"\"\"2s\"\"\"")) {
      assertThat(PlainDurations.in("x == " + literal + " // 5m").cel())
          .isEqualTo("x == " + literal + " // 5m");
    }
    assertThat(PlainDurations.in("x2s == a.b2s + 0x12s + 1.5s").cel())
        .isEqualTo("x2s == a.b2s + 0x12s + 1.5s");
  }

  @Test
  void knows_the_names_it_reads() {
    Condition condition =
        Condition.compile("http.l.exists(x, x > http.a.b) && status == 2 || type(n) == int");

    assertThat(condition.variables()).containsExactly("http", "n", "status");
  }

  @Test
  void shows_the_figures_it_reads() {
    Condition condition =
        Condition.compile(
            "health.errors > 10 || health.status != 'ok' || health.time > 2s || http.x > 1");

    assertThat(condition.show(FIGURES))
        .isEqualTo(
            "health.errors = 7, health.status = 'healthy', health.time = 2s500ms, http.x is missing");
  }

  /// Numbers of both kinds, durations and texts, against what Java says about them.
  @Test
  void compares_as_java_does() {
    Random random = new Random(20260101);
    List<String> operators = List.of("<", "<=", ">", ">=", "==", "!=");
    List<Condition> conditions =
        operators.stream().map(op -> Condition.compile("f.a " + op + " f.b")).toList();
    for (int i = 0; i < 3_000; i++) {
      Object a = number(random);
      Object b = number(random);
      int order = Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
      if (random.nextInt(4) == 0) {
        Duration left = Duration.ofMillis(((Number) a).longValue());
        Duration right = Duration.ofMillis(((Number) b).longValue());
        order = left.compareTo(right);
        a = left;
        b = right;
      }
      int pick = random.nextInt(operators.size());
      String op = operators.get(pick);
      assertThat(conditions.get(pick).test(Map.of("f", Map.of("a", a, "b", b))))
          .as("%s %s %s", a, op, b)
          .isEqualTo(holds(order, op) ? Truth.TRUE : Truth.FALSE);
    }
  }

  private static Object number(Random random) {
    long n = random.nextInt(-3, 4);
    return random.nextBoolean() ? (Object) n : (Object) (n + (random.nextBoolean() ? 0.5 : 0.0));
  }

  private static boolean holds(int order, String op) {
    return switch (op) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      case "==" -> order == 0;
      case "!=" -> order != 0;
      default -> throw new AssertionError(op);
    };
  }

  /// A written duration means the same as its sum of milliseconds.
  @Test
  void reads_every_plain_duration() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      int hours = random.nextInt(48);
      int minutes = random.nextInt(60);
      int seconds = random.nextInt(60);
      Duration time = Duration.ofHours(hours).plusMinutes(minutes).plusSeconds(seconds);
      String text = "t == %dh%dm%ds".formatted(hours, minutes, seconds);
      assertThat(Condition.compile(text).test(Map.of("t", time))).as(text).isEqualTo(Truth.TRUE);
      assertThat(Condition.compile(text).test(Map.of("t", time.plusMillis(1))))
          .isEqualTo(Truth.FALSE);
    }
  }
}
