package dev.segue.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.Durations;
import dev.segue.watch.Judge.Judgement;
import dev.segue.watch.Judge.Memory;
import dev.segue.watch.Judge.Rule;
import dev.segue.watch.Reading.Figures;
import dev.segue.watch.Reading.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgeTest {

  private static final Instant START = Instant.parse("2026-02-03T02:00:00Z");
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Condition BAD = Condition.compile("health.bad");

  /// One character a sample, ten seconds apart. Samples: `t` true, `f` false, `.` no data. Expected
  /// after each: `-` quiet, `p` pending, `X` fired.
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # held,   samples,           expected
          0s,       f t f,             - X -
          0s,       f . t,             - - X
          0s,       t .,               X p
          20s,      t t t f,           p p X -
          20s,      t t f t t t,       p p - p p X
          20s,      t t . t,           p p p X
          20s,      t . . t,           p p p X
          20s,      t t . . . .,       p p p p p p
          20s,      t . f . t . t,     p p - - p p X
          20s,      t t t . t,         p p X p X
          20s,      . . . t t t,       - - - p p X
          5s,       t t,               p X
          15s,      t f t t t f,       p - p p X -
          10m,      t t t t t t,       p p p p p p
          """)
  void fires_when_bad_for_long_enough(String held, String samples, String expected) {
    List<Rule> rules = List.of(rule(held));

    assertThat(states(rules, Memory.EMPTY, samples)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          t t t t,       - - - -
          t . t . t,     - - - - -
          t f t t t,     - - p p X
          . . t t t f t, - - - - - - p
          """)
  void excuses_what_was_bad_before_until_it_has_been_good(String samples, String expected) {
    Rule rule = rule("20s");
    Memory before = Judge.before(List.of(rule), Map.of("health", new Figures(Map.of("bad", true))));

    assertThat(before.excused()).containsExactly(rule.text());
    assertThat(states(List.of(rule), before, samples)).isEqualTo(expected);
  }

  /// `h` health alone, `r` router alone, `b` both, `.` neither, `e` health with no figure in it.
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          . . . . h . . ., - - B B - - - B
          . . r . . .,     - - - - - B
          h h h,           - - -
          e e e,           - - B
          r r r r,         - - - -
          """)
  void is_blind_when_nothing_speaks_three_times_in_a_row(String samples, String expected) {
    List<String> states = new ArrayList<>();
    Memory memory = Memory.EMPTY;
    Instant now = START;
    for (String sample : samples.split(" ", -1)) {
      Judgement judgement = Judge.judge(List.of(), memory, sources(sample), now);
      states.add(judgement.blind() ? "B" : "-");
      memory = judgement.memory();
      now = now.plus(EVERY);
    }
    assertThat(String.join(" ", states)).isEqualTo(expected);
  }

  private static Map<String, Reading> sources(String sample) {
    Reading silent = new Unavailable("refused");
    return Map.of(
        "health",
        switch (sample) {
          case "h", "b" -> new Figures(Map.of("errors", 0L));
          case "e" -> new Figures(Map.of());
          default -> silent;
        },
        "http",
        "r".equals(sample) || "b".equals(sample) ? new Figures(Map.of("recent", 0L)) : silent);
  }

  @Test
  void lets_the_router_speak_when_health_is_silent() {
    assertThat(fallback(3, 100, 0.06)).isTrue();
    assertThat(fallback(4, 20, 0.06)).isTrue();
    assertThat(fallback(2, 100, 0.06)).as("silent only twice").isFalse();
    assertThat(fallback(3, 19, 1.0)).as("too few requests").isFalse();
    assertThat(fallback(3, 100, 0.05)).as("few enough errors").isFalse();
  }

  @Test
  void does_not_blame_the_change_for_errors_from_before() {
    Map<String, Reading> bad =
        Map.of(
            "health", new Unavailable("no JSON"),
            "http", new Figures(Map.of("recent", 100L, "error_rate", 0.5)));
    Memory memory = Judge.before(List.of(), bad);
    for (int i = 0; i < 5; i++) {
      Judgement judgement = Judge.judge(List.of(), memory, bad, START);
      assertThat(judgement.breach()).isNull();
      memory = judgement.memory();
    }
  }

  private static boolean fallback(int samples, long requests, double errorRate) {
    Map<String, Reading> readings =
        Map.of(
            "health", new Unavailable("no JSON"),
            "http", new Figures(Map.of("recent", requests, "error_rate", errorRate)));
    Memory memory = Memory.EMPTY;
    boolean breached = false;
    for (int i = 0; i < samples; i++) {
      Judgement judgement = Judge.judge(List.of(), memory, readings, START);
      memory = judgement.memory();
      breached = judgement.breach() != null;
    }
    return breached;
  }

  @Test
  void says_which_rule_broke_since_when_and_over_what() {
    Rule quiet = new Rule("quiet", Condition.compile("health.errors > 100"), Duration.ZERO);
    Rule slow = new Rule("slow for 10s", Condition.compile("http.p95 > 2s"), EVERY);
    Rule errors = new Rule("errors", Condition.compile("health.errors > 10"), EVERY);
    List<Rule> rules = List.of(quiet, slow, errors);
    Map<String, Reading> readings =
        Map.of(
            "health", new Figures(Map.of("errors", 14L)),
            "http", new Figures(Map.of("p95", Duration.ofMillis(2300))));

    Judgement first = Judge.judge(rules, Memory.EMPTY, readings, START);
    Judgement second = Judge.judge(rules, first.memory(), readings, START.plus(EVERY));

    assertThat(first.breach()).isNull();
    assertThat(second.breach())
        .isEqualTo(new Judge.Breach("slow for 10s", START, "http.p95 = 2s300ms"));
  }

  @Test
  void comes_to_a_verdict() {
    Judgement good = new Judgement(Memory.EMPTY, null, false);
    Judgement pending =
        new Judgement(new Memory(Map.of("r", START), Map.of(), Set.of()), null, false);
    Judgement blind = new Judgement(Memory.EMPTY, null, true);
    Judgement broken = new Judgement(Memory.EMPTY, new Judge.Breach("r", START, ""), true);

    assertThat(Judge.verdict(good, 100, 100)).isEqualTo(Verdict.PASS);
    assertThat(Judge.verdict(good, 99, 100)).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(Judge.verdict(pending, 500, 100)).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(Judge.verdict(blind, 500, 100)).isEqualTo(Verdict.BLIND);
    assertThat(Judge.verdict(broken, 500, 100)).isEqualTo(Verdict.FAIL);
  }

  /// Random timelines against the rule as the documentation words it.
  @Test
  void agrees_with_the_words_on_random_timelines() {
    Random random = new Random(42);
    for (int run = 0; run < 500; run++) {
      int held = random.nextInt(5);
      StringBuilder samples = new StringBuilder();
      for (int i = 0; i < 30; i++) {
        samples.append("ttttf.".charAt(random.nextInt(6))).append(i < 29 ? " " : "");
      }
      String text = samples.toString();
      assertThat(states(List.of(rule(10 * held + "s")), Memory.EMPTY, text))
          .as("held %s0s: %s", held, text)
          .isEqualTo(wordsSay(held, text));
    }
  }

  /// Looks back over the whole timeline at every sample; remembers nothing.
  private static String wordsSay(int held, String samples) {
    String[] all = samples.split(" ", -1);
    List<String> states = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      int first = -1;
      for (int j = i; j >= 0 && !all[j].equals("f"); j--) {
        first = all[j].equals("t") ? j : first;
      }
      boolean fires = first >= 0 && all[i].equals("t") && i - first >= held;
      states.add(fires ? "X" : first >= 0 ? "p" : "-");
    }
    return String.join(" ", states);
  }

  @Test
  void forgetting_and_remembering_between_samples_changes_nothing() {
    Memory memory = new Memory(Map.of("r", START), Map.of("health", 2), Set.of("s"));

    assertThat(new Memory(memory.activeSince(), memory.silent(), memory.excused()))
        .isEqualTo(memory);
  }

  private static Rule rule(String held) {
    return new Rule("health.bad for " + held, BAD, Durations.parse(held));
  }

  private static String states(List<Rule> rules, Memory before, String samples) {
    List<String> states = new ArrayList<>();
    Memory memory = before;
    Instant now = START;
    for (String sample : samples.split(" ", -1)) {
      Map<String, Object> figures =
          switch (sample) {
            case "t" -> Map.of("bad", true);
            case "f" -> Map.of("bad", false);
            default -> Map.of("other", 1L);
          };
      Judgement judgement = Judge.judge(rules, memory, Map.of("health", new Figures(figures)), now);
      memory = judgement.memory();
      states.add(judgement.breach() != null ? "X" : memory.activeSince().isEmpty() ? "-" : "p");
      now = now.plus(EVERY);
    }
    return String.join(" ", states);
  }
}
