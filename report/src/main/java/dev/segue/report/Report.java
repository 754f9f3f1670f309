package dev.segue.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.segue.conductor.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything the documents after a change show, as plain data.
///
/// @param gates what was asked before, with the answers
/// @param watch null when nothing was watched
/// @param samples what the router counted, in order of time
/// @param backup what the backup found and measured, under the names of its facts; empty for none
/// @param wayBack null when the change was not taken back
/// @param figures what the change is judged by
/// @param next what to do now, a sentence each; commands between backticks
public record Report(
    Run run,
    List<Finding> gates,
    List<Step> steps,
    List<Lock> locks,
    @Nullable Watch watch,
    List<Sample> samples,
    Map<String, Object> backup,
    @Nullable WayBack wayBack,
    List<Figure> figures,
    List<Entry> journal,
    List<String> next) {

  public Report {
    gates = List.copyOf(gates);
    steps = List.copyOf(steps);
    locks = List.copyOf(locks);
    samples = List.copyOf(samples);
    backup = inOrder(backup);
    figures = List.copyOf(figures);
    journal = List.copyOf(journal);
    next = List.copyOf(next);
  }

  /// What the run came to; the exit codes in words.
  public enum Result {
    DONE,
    TAKEN_BACK,
    REFUSED,
    NEEDS_A_PERSON,
    /// The new version serves, and can still be taken back.
    LIVE,
    RUNNING
  }

  /// @param outcome one sentence without a full stop
  /// @param ended null while it runs
  /// @param who started it
  /// @param version of Segue
  /// @param home where the journal is kept
  public record Run(
      String change,
      String summary,
      String id,
      Result result,
      String outcome,
      Instant started,
      @Nullable Instant ended,
      String who,
      String version,
      String home) {

    @JsonProperty
    public @Nullable Long durationMs() {
      return ended == null ? null : Duration.between(started, ended).toMillis();
    }
  }

  /// How a step ended.
  public enum Ending {
    DONE,
    FAILED,
    TAKEN_BACK,
    /// Begun, and nothing more is known.
    OPEN,
    /// The run ended or waits before it.
    NOT_BEGUN
  }

  /// @param adopted found done when the conductor looked, after a restart
  public record Step(
      String id,
      String title,
      @Nullable Instant started,
      @Nullable Instant ended,
      Ending ending,
      boolean adopted,
      Map<String, Object> facts) {

    public Step {
      facts = inOrder(facts);
    }

    @JsonProperty
    public @Nullable Long durationMs() {
      return started == null || ended == null ? null : Duration.between(started, ended).toMillis();
    }
  }

  /// @param step the step's id
  /// @param lockMs the longest time a lock was held
  /// @param attempts how often it was tried until it was had
  public record Lock(String step, double lockMs, int attempts) {}

  /// @param rules as the change file has them
  /// @param verdict in words
  public record Watch(
      Duration every,
      Duration lasting,
      List<String> rules,
      List<Breach> breaches,
      String verdict,
      List<Window> windows) {

    public Watch {
      rules = List.copyOf(rules);
      breaches = List.copyOf(breaches);
      windows = List.copyOf(windows);
    }
  }

  /// @param since the first bad sample
  /// @param detected when the rule's time was up
  public record Breach(String rule, Instant since, Instant detected, String figures) {}

  /// @param until null for a window that does not close
  public record Window(String name, Instant from, @Nullable Instant until, String meaning) {}

  /// @param at the end of the interval it counts
  /// @param p95Ms null when nothing was answered
  public record Sample(Instant at, long requests, long errors, @Nullable Double p95Ms) {}

  /// @param by a rule's name or a person
  /// @param restored when the old version served again; null when it does not yet
  /// @param steps taken back, in the order they were
  public record WayBack(
      String why, String by, Instant started, @Nullable Instant restored, List<Step> steps) {

    public WayBack {
      steps = List.copyOf(steps);
    }

    @JsonProperty
    public @Nullable Long timeToRestoredMs() {
      return restored == null ? null : Duration.between(started, restored).toMillis();
    }
  }

  /// @param target null for a figure that is only told
  /// @param met null when there is no target, or it cannot be said
  public record Figure(String name, String value, @Nullable String target, @Nullable Boolean met) {}

  public record Entry(long seq, Instant at, String kind, String text, String hash) {}

  private static Map<String, Object> inOrder(Map<String, Object> facts) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }
}
