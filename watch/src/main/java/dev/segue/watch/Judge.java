package dev.segue.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges samples by rules: a pure function of rules, memory, readings and the time.
public final class Judge {

  private Judge() {}

  /// A condition that must hold for a time without a break before it counts as broken.
  ///
  /// @param text as the change file has it; the rule's name
  /// @param held zero when one bad sample is enough
  public record Rule(String text, Condition condition, Duration held) {}

  /// What is remembered from one sample to the next. Immutable; journaled when it changes.
  ///
  /// @param activeSince for each rule that is true now, the first sample of this unbroken row
  /// @param blindInARow how many samples in a row gave nothing usable
  /// @param excused rules already broken before the switch: going back cannot help them
  public record Memory(Map<String, Instant> activeSince, int blindInARow, Set<String> excused) {

    public static final Memory EMPTY = new Memory(Map.of(), 0, Set.of());

    public Memory {
      activeSince = Map.copyOf(activeSince);
      excused = Set.copyOf(excused);
    }
  }

  /// A broken rule.
  ///
  /// @param since the first bad sample
  /// @param figures what was read, for people
  public record Breach(String rule, Instant since, String figures) {}

  /// @param breach the first broken rule, or null
  /// @param blind nothing usable was read three times in a row or more
  public record Judgement(Memory memory, @Nullable Breach breach, boolean blind) {}

  /// Judges one sample.
  ///
  /// @param readings by the source's name
  public static Judgement judge(
      List<Rule> rules, Memory memory, Map<String, Reading> readings, Instant now) {
    throw new UnsupportedOperationException("" + rules + memory + readings + now);
  }
}
