package dev.segue.watch;

import dev.segue.watch.Condition.Truth;
import dev.segue.watch.Reading.Figures;
import dev.segue.watch.Reading.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges samples by rules: a pure function of rules, memory, readings and the time.
///
/// A rule is true, false or without data at each sample. True starts its clock or lets it run,
/// false stops it at once, and no data does neither: it clears nothing and it fires nothing.
public final class Judge {

  /// So many samples in a row without anything usable, and a source counts as silent.
  private static final int SILENCE = 3;

  private static final String HEALTH = "health";

  private Judge() {}

  /// A condition that must hold for a time without a break before it counts as broken.
  ///
  /// @param text as the change file has it; the rule's name
  /// @param held zero when one bad sample is enough
  public record Rule(String text, Condition condition, Duration held) {}

  /// What is remembered from one sample to the next. Immutable; journaled when it changes.
  ///
  /// @param activeSince for each rule that is true now, the first sample of this unbroken row
  /// @param silent for each source that gave nothing usable just now, how many times in a row
  /// @param excused rules already broken before the switch: going back cannot help them
  public record Memory(
      Map<String, Instant> activeSince, Map<String, Integer> silent, Set<String> excused) {

    public static final Memory EMPTY = new Memory(Map.of(), Map.of(), Set.of());

    public Memory {
      activeSince = Map.copyOf(activeSince);
      silent = Map.copyOf(silent);
      excused = Set.copyOf(excused);
    }
  }

  /// A broken rule.
  ///
  /// @param since the first bad sample
  /// @param figures what was read, for people
  public record Breach(String rule, Instant since, String figures) {}

  /// @param breach the first broken rule, or null
  /// @param blind no source gave anything usable three times in a row or more
  public record Judgement(Memory memory, @Nullable Breach breach, boolean blind) {}

  /// The memory to begin with: what is bad before the switch is excused until it has been good
  /// once.
  ///
  /// @param readings by the source's name, taken while the old version still serves
  public static Memory before(List<Rule> rules, Map<String, Reading> readings) {
    Map<String, Object> figures = figures(readings);
    Set<String> excused = new HashSet<>();
    for (Rule rule : with(Fallback.RULE, rules)) {
      if (rule.condition.test(figures) == Truth.TRUE) {
        excused.add(rule.text);
      }
    }
    return new Memory(Map.of(), Map.of(), excused);
  }

  /// Judges one sample.
  ///
  /// Where the health source has been silent for three samples, the router's own counters stand in
  /// for it.
  ///
  /// @param readings by the source's name
  public static Judgement judge(
      List<Rule> rules, Memory memory, Map<String, Reading> readings, Instant now) {
    Map<String, Object> figures = figures(readings);
    Map<String, Integer> silent = silent(memory, readings);
    Map<String, Instant> active = new HashMap<>(memory.activeSince);
    Set<String> excused = new HashSet<>(memory.excused);
    Breach breach = null;
    for (Rule rule : isSilent(HEALTH, silent) ? with(Fallback.RULE, rules) : rules) {
      Truth truth = rule.condition.test(figures);
      if (truth == Truth.FALSE) {
        active.remove(rule.text);
        excused.remove(rule.text);
      } else if (truth == Truth.TRUE && !excused.contains(rule.text)) {
        Instant since = active.computeIfAbsent(rule.text, _ -> now);
        if (breach == null && Duration.between(since, now).compareTo(rule.held) >= 0) {
          breach = new Breach(rule.text, since, rule.condition.show(figures));
        }
      }
    }
    if (!isSilent(HEALTH, silent)) {
      active.remove(Fallback.RULE.text);
    }
    boolean blind = readings.keySet().stream().allMatch(source -> isSilent(source, silent));
    return new Judgement(new Memory(active, silent, excused), breach, blind);
  }

  /// What the window came to, asked at its end.
  ///
  /// A rule whose clock still runs is no pass: it may break a moment later.
  ///
  /// @param last the last sample's judgement
  /// @param requests how many the new version has answered
  /// @param enough how many it takes to say anything
  public static Verdict verdict(Judgement last, long requests, long enough) {
    if (last.breach != null) {
      return Verdict.FAIL;
    }
    if (last.blind) {
      return Verdict.BLIND;
    }
    return requests < enough || !last.memory.activeSince.isEmpty()
        ? Verdict.INCONCLUSIVE
        : Verdict.PASS;
  }

  private static Map<String, Object> figures(Map<String, Reading> readings) {
    Map<String, Object> figures = new HashMap<>();
    readings.forEach((source, reading) -> {
      switch (reading) {
        case Figures f -> figures.put(source, f.values());
        case Unavailable _ -> {}
      }
    });
    return figures;
  }

  private static Map<String, Integer> silent(Memory memory, Map<String, Reading> readings) {
    Map<String, Integer> silent = new HashMap<>();
    readings.forEach((source, reading) -> {
      boolean usable = reading instanceof Figures f && !f.values().isEmpty();
      if (!usable) {
        silent.put(source, memory.silent.getOrDefault(source, 0) + 1);
      }
    });
    return silent;
  }

  private static boolean isSilent(String source, Map<String, Integer> silent) {
    return silent.getOrDefault(source, 0) >= SILENCE;
  }

  private static List<Rule> with(Rule more, List<Rule> rules) {
    List<Rule> all = new ArrayList<>(rules);
    all.add(more);
    return Collections.unmodifiableList(all);
  }

  /// Apart, so that CEL is loaded only by a watch.
  private static final class Fallback {

    /// Too few requests say nothing: one failure of ten is 10 %.
    static final Rule RULE =
        new Rule(
            "http.error_rate > 0.05 while health is silent",
            Condition.compile("http.recent >= 20 && http.error_rate > 0.05"),
            Duration.ZERO);
  }
}
