package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.Durations;
import dev.segue.change.SegueException;
import dev.segue.change.Watch;
import dev.segue.conductor.StepContext.Window;
import dev.segue.watch.Condition;
import dev.segue.watch.Judge;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import dev.segue.watch.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Samples the sources while the new version is on trial, and turns the run round at a broken rule.
///
/// It has no thread: whoever waits ticks it, so that a conductor that hangs also stops renewing the
/// dead man's switch, and so that a simulated clock drives it.
final class Watcher {

  /// So many answers of the new version it takes to say that it is good.
  private static final long ENOUGH = 1;

  private static final Duration UNREACHABLE = Duration.ofSeconds(60);

  private final Change change;
  private final List<Source> sources;
  private final List<Step> steps;
  private final List<Judge.Rule> rules;
  private final RunJournal journal;
  private final Listener listener;
  private @Nullable Instant next;
  private Judge.Memory memory;
  private Judge.@Nullable Judgement last;
  private long requests;
  private boolean routerSilent;
  private boolean hole;

  Watcher(
      Change change,
      List<Source> sources,
      List<Step> steps,
      RunJournal journal,
      Listener listener) {
    this.change = change;
    this.steps = List.copyOf(steps);
    this.rules = compile(change.watch());
    this.sources = sources.stream().filter(this::needed).toList();
    this.journal = journal;
    this.listener = listener;
    this.memory = journal.state().trial().memory();
  }

  /// The rules of the change file, and one nobody should have to write: a new version whose health
  /// page cannot be reached for a minute, or for half of a shorter watch.
  private static List<Judge.Rule> compile(@Nullable Watch watch) {
    if (watch == null) {
      return List.of();
    }
    List<Judge.Rule> rules = new ArrayList<>();
    for (Watch.Rule rule : watch.rules()) {
      Condition condition = Condition.compile(rule.condition().text());
      rules.add(new Judge.Rule(rule.toString(), condition, rule.held()));
    }
    Duration half = watch.lasting().dividedBy(2);
    Duration held = half.compareTo(UNREACHABLE) < 0 ? half : UNREACHABLE;
    rules.add(
        new Judge.Rule(
            "health.reachable == false for " + Durations.format(held),
            Condition.compile("health.reachable == false"),
            held));
    return rules;
  }

  /// A source nobody asks for is not read: a database that does not answer must not hold up the
  /// rest.
  private boolean needed(Source source) {
    return source.name().equals("http")
        || rules.stream()
            .flatMap(rule -> rule.condition().variables().stream())
            .anyMatch(v -> v.equals(source.name()) || v.startsWith(source.name() + "."));
  }

  /// Whether the new version is on trial: traffic has gone to it and no verdict is in.
  boolean on() {
    RunState state = journal.state();
    return change.watch() != null
        && state.switchedAt() != null
        && state.trial().ended() == null
        && !state.goingBack();
  }

  /// Time until the next sample is due; zero when it is due now.
  Duration until(Instant now) {
    return next == null || !now.isBefore(next) ? Duration.ZERO : Duration.between(now, next);
  }

  /// What the window came to, asked at its end. A window nobody sampled is blind; one in which for
  /// a while nothing could be read may have been bad just then, and is no pass.
  Verdict verdict() {
    if (journal.state().trial().breach() != null) {
      return Verdict.FAIL;
    }
    if (last == null || routerSilent) {
      return Verdict.BLIND;
    }
    Verdict verdict = Judge.verdict(last, requests, ENOUGH);
    return verdict == Verdict.PASS && hole ? Verdict.INCONCLUSIVE : verdict;
  }

  /// The window is extended: what was missed before is to be seen now.
  void extended() {
    hole = false;
  }

  /// Takes one sample, judges it, and renews what must be renewed.
  ///
  /// @throws TurnRound when a rule is broken inside the automatic window
  void tick(StepContext context) {
    Watch watch = change.watch();
    if (watch == null) {
      return;
    }
    Instant now = context.now();
    next = now.plus(watch.every());
    Map<String, Reading> readings = read();
    listener.sampled(now, readings, journal.state());
    requests = answered(readings, requests);
    routerSilent = readings.get("http") instanceof Reading.Unavailable;
    Judge.Judgement judgement = Judge.judge(rules, memory, readings, now);
    last = judgement;
    hole |= judgement.blind();
    remember(judgement.memory());
    if (judgement.breach() != null) {
      breached(judgement.breach(), context.window());
    }
    renew(context);
  }

  /// Rules that are broken before anything was switched are excused: going back cannot help them.
  ///
  /// @return their texts
  Set<String> excuseWhatIsAlreadyBad() {
    Judge.Memory before = Judge.before(rules, read());
    if (!before.excused().isEmpty()) {
      remember(before);
    }
    return before.excused();
  }

  /// Journals what a conductor that takes over must know: which clocks run and what is excused. How
  /// often a source was silent it can count again. A journal that is out of reach must not hold up
  /// the watch: what it does not know is said again after the next sample.
  private void remember(Judge.Memory now) {
    memory = now;
    Judge.Memory before = journal.state().trial().memory();
    if (!now.activeSince().equals(before.activeSince())
        || !now.excused().equals(before.excused())) {
      journal.recordSoon(new Event.RulesMoved(now));
    }
  }

  private static long answered(Map<String, Reading> readings, long before) {
    return readings.get("http") instanceof Reading.Figures f
            && f.values().get("requests") instanceof Number n
        ? n.longValue()
        : before;
  }

  private Map<String, Reading> read() {
    Map<String, Reading> readings = new LinkedHashMap<>();
    sources.forEach(s -> readings.put(s.name(), s.read()));
    return readings;
  }

  private void breached(Judge.Breach breach, Window window) {
    if (journal.state().trial().breach() == null) {
      journal.record(new Event.RuleBreached(breach.rule(), breach.since(), breach.figures()));
    }
    if (window == Window.AUTOMATIC) {
      throw new TurnRound(
          new Event.TakeBackStarted(
              Event.Cause.RULE_BREACHED,
              breach.rule() + " (" + breach.figures() + ")",
              "segue",
              null));
    }
  }

  private void renew(StepContext context) {
    for (Step step : steps) {
      if (journal.state().step(step.id()).status() == StepState.Status.APPLIED) {
        try {
          step.renew(context);
        } catch (FencedException e) {
          throw e;
        } catch (SegueException e) {
          // A conductor that was held up may find that the dead man's switch has fired meanwhile.
          if (step.observe(context) instanceof Observation.Absent) {
            throw new TurnRound(
                new Event.TakeBackStarted(
                    Event.Cause.DRIFTED, step.id() + ": " + e.getMessage(), "segue", null));
          }
          listener.warning(step.id() + ": " + e.getMessage());
        }
      }
    }
  }
}
