package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.conductor.journal.Home;
import dev.segue.conductor.journal.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// What steps see of a run, and the only place where a run waits.
final class RunContext implements StepContext {

  /// How often another terminal's requests are looked for.
  private static final Duration REQUESTS_EVERY = Duration.ofSeconds(1);

  private final Change change;
  private final RunJournal journal;
  private final Home home;
  private final Time time;
  private final Path directory;
  private final Listener listener;
  private final Watcher watcher;
  private final Set<String> refused = new HashSet<>();
  private Instant requestsDue = Instant.MIN;
  private boolean homeSilent;
  private String current = "";

  RunContext(
      Change change,
      RunJournal journal,
      Home home,
      Time time,
      Path directory,
      Listener listener,
      Watcher watcher) {
    this.change = change;
    this.journal = journal;
    this.home = home;
    this.time = time;
    this.directory = directory;
    this.listener = listener;
    this.watcher = watcher;
  }

  void at(String step) {
    current = step;
  }

  Watcher watcher() {
    return watcher;
  }

  RunState state() {
    return journal.state();
  }

  void record(Event event) {
    journal.record(event);
  }

  @Override
  public String run() {
    return journal.state().run();
  }

  @Override
  public Instant now() {
    return time.instant();
  }

  @Override
  public void pause(Duration duration) {
    Instant end = now().plus(duration);
    look();
    for (Instant now = now(); now.isBefore(end); now = now()) {
      Duration left = Duration.between(now, end);
      Duration piece = left.compareTo(REQUESTS_EVERY) < 0 ? left : REQUESTS_EVERY;
      if (watcher.on() && watcher.until(now).compareTo(piece) < 0) {
        piece = watcher.until(now);
      }
      time.sleep(piece);
      look();
    }
  }

  /// Asked right before the switch.
  void excuseWhatIsAlreadyBad() {
    Set<String> bad = watcher.excuseWhatIsAlreadyBad();
    if (!bad.isEmpty()) {
      listener.warning("already true before the switch, so not a reason to go back: " + bad);
    }
  }

  /// Heeds requests, and samples when that is due.
  void look() {
    if (!now().isBefore(requestsDue)) {
      requestsDue = now().plus(REQUESTS_EVERY);
      heed();
    }
    if (watcher.on() && watcher.until(now()).isZero()) {
      watcher.tick(this);
    }
  }

  private void heed() {
    for (Request request : requests()) {
      if (!journal.state().course().requests().contains(request.id())
          && !refused.contains(request.id())) {
        heed(request);
      }
    }
  }

  /// What was asked of this run. None while the home does not answer: the watch goes on, and what
  /// was asked is found at a later look.
  private List<Request> requests() {
    try {
      List<Request> requests = home.requests(run());
      homeSilent = false;
      return requests;
    } catch (SegueException e) {
      if (!e.code().equals("journal-unreachable")) {
        throw e;
      }
      if (!homeSilent) {
        listener.warning(e.getMessage() + "; other terminals are not heard meanwhile");
      }
      homeSilent = true;
      return List.of();
    }
  }

  private void heed(Request request) {
    boolean forced = request.kind().startsWith("forced-");
    switch (request.kind()) {
      case Run.FINISH, Run.FORCED_FINISH -> {
        if (allowed(request, Decisions.whyNotFinish(change, state(), now(), forced))) {
          String reason = request.reason().isBlank() ? null : request.reason();
          journal.record(new Event.FinishRequested(request.by(), reason, request.id(), forced));
        }
      }
      case Run.TAKE_BACK, Run.FORCED_TAKE_BACK, Run.ABORT -> {
        if (!state().goingBack()
            && allowed(request, Decisions.whyNotTakeBack(change, state(), now(), forced))) {
          Event.Cause cause =
              request.kind().equals(Run.ABORT) ? Event.Cause.ABORTED : Event.Cause.BY_HAND;
          throw new TurnRound(
              new Event.TakeBackStarted(
                  cause, request.reason(), request.by(), request.id(), forced));
        }
      }
      default ->
          Pacing.asked(request)
              .ifPresentOrElse(
                  journal::record,
                  () -> refuse(request, "this Segue does not know such a request"));
    }
  }

  private boolean allowed(Request request, Optional<SegueException> refusal) {
    refusal.ifPresent(why -> refuse(request, why.getMessage()));
    return refusal.isEmpty();
  }

  /// Says so once.
  private void refuse(Request request, String why) {
    refused.add(request.id());
    listener.warning(request.kind() + ", asked by " + request.by() + ": " + why);
  }

  @Override
  public boolean await(BooleanSupplier condition, Duration atMost, Duration every) {
    Instant end = now().plus(atMost);
    while (!condition.getAsBoolean()) {
      Duration left = Duration.between(now(), end);
      if (!left.isPositive()) {
        return false;
      }
      pause(left.compareTo(every) < 0 ? left : every);
    }
    return true;
  }

  @Override
  public void progress(String what, double done) {
    listener.progress(current, what, done);
  }

  @Override
  public boolean planned(String stepId) {
    return journal.state().steps().containsKey(stepId);
  }

  @Override
  public Facts factsOf(String stepId) {
    StepState step = journal.state().steps().get(stepId);
    return step == null ? Facts.NONE : step.facts();
  }

  @Override
  public Map<String, Facts> facts() {
    Map<String, Facts> facts = new LinkedHashMap<>();
    journal.state().steps().forEach((id, step) -> facts.put(id, step.facts()));
    return facts;
  }

  @Override
  public Window window() {
    return Windows.at(Windows.of(change, journal.state().switchedAt()), now());
  }

  @Override
  public boolean forced() {
    return journal.state().course().forced();
  }

  @Override
  public PaceOrder pace() {
    return journal.state().course().pacing().order();
  }

  @Override
  public Fence fence() {
    return journal.lease();
  }

  @Override
  public Path directory() {
    return directory;
  }
}
