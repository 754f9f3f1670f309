package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.journal.Entry;
import dev.segue.conductor.journal.Home;
import dev.segue.conductor.journal.JournalCorruptException;
import dev.segue.conductor.journal.Lease;
import dev.segue.conductor.journal.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The runs of one change: what would be done, what was done, and the way to a [Run] that does it.
public final class Runs {

  private static final String EMPTY = "journal-empty";

  private final Path file;
  private final String source;
  private final Change change;
  private final Home home;
  private final Surroundings surroundings;

  /// @param file the change file, for messages and relative paths
  /// @param source its text
  /// @param change what that text says
  public Runs(Path file, String source, Change change, Home home, Surroundings surroundings) {
    this.file = file;
    this.source = source;
    this.change = change;
    this.home = home;
    this.surroundings = surroundings;
  }

  /// Asks every gate; changes nothing.
  public List<Finding> check(GateCheck.Progress progress) {
    return GatesStep.ask(gates(change), steps(change, null).needed()::contains, progress);
  }

  /// Every step of a new run, with its statements; changes nothing.
  public List<PlannedStep> plan() {
    return steps(change, null).describe(change);
  }

  /// The newest run, as its journal says.
  public Optional<RunState> latest() {
    return newest().map(run -> replay(home, run));
  }

  private Optional<String> newest() {
    List<String> runs = home.runs(change.name());
    return runs.isEmpty() ? Optional.empty() : Optional.of(runs.getLast());
  }

  /// The state a run's journal comes to.
  ///
  /// @throws SegueException when the journal is damaged or from a newer Segue
  public static RunState replay(Home home, String run) {
    return replay(run, home.read(run));
  }

  /// The same, for one who has read the journal.
  ///
  /// @param entries all records of the run, as [Home#read] gives them
  public static RunState replay(String run, List<Entry> entries) {
    if (entries.isEmpty()) {
      throw new SegueException(
          Kind.EXTERNAL,
          EMPTY,
          "The journal of " + run + " has no records",
          JournalCorruptException.WAY_OUT);
    }
    try {
      return RunJournal.replay(run, entries);
    } catch (IllegalArgumentException e) {
      throw new SegueException(
          Kind.EXTERNAL,
          "journal-unreadable",
          "The journal of " + run + " cannot be read: " + e.getMessage(),
          "Was it written by a newer Segue? Use that one.",
          e);
    }
  }

  /// Goes on with the newest run if it has not ended, else begins a new one.
  public Run start() {
    return start(null);
  }

  /// The same.
  ///
  /// @param insisting why to go past gates that a person may override, or null
  /// @throws dev.segue.conductor.journal.LeaseHeldException when another conductor is at it
  /// @throws SegueException when the file differs from what an unfinished run began with
  public Run start(@Nullable String insisting) {
    BreakGlass breakGlass = insisting == null ? null : new BreakGlass(surroundings.by(), insisting);
    return held(
            lease -> {
              Optional<RunState> unfinished = unfinished();
              unfinished.ifPresent(this::refuseAnotherFile);
              return unfinished.isEmpty()
                  ? Optional.of(begin(lease, null, breakGlass))
                  : unfinished.map(state -> goOn(lease, state, breakGlass));
            })
        .orElseThrow();
  }

  private void refuseAnotherFile(RunState unfinished) {
    if (!unfinished.start().digest().equals(digest())) {
      throw new SegueException(
          Kind.USER,
          "file-changed",
          file + " is not what " + unfinished.run() + " began with, and that run has not ended",
          "Restore the file, and say the same on the command line, or nothing; or take it back with"
              + " 'segue rollback', or end it with 'segue finish'.");
    }
  }

  /// The newest run if it has not ended, held by this conductor.
  public Optional<Run> resume() {
    return unfinished().isEmpty()
        ? Optional.empty()
        : held(lease -> unfinished().map(state -> goOn(lease, state, null)));
  }

  /// Begins a run in the place of the newest one, whose journal cannot be read. That journal is
  /// left as it is. The new run has done nothing yet, and takes nothing for granted: whatever the
  /// old one did is adopted on the way forward, and taken back on the way back.
  ///
  /// @return the state of the new run
  /// @throws SegueException REFUSED `journal-whole` when there is nothing wrong with the journal
  public RunState setAside(String reason) {
    try (Lease lease = home.take(change.name())) {
      String run =
          newest()
              .orElseThrow(() ->
                  new SegueException(
                      Kind.USER, "no-run", "There is no run of this change", "segue plan " + file));
      return begin(lease, new Event.Replaced(run, damage(run), reason), null).state();
    }
  }

  private String damage(String run) {
    try {
      replay(home, run);
    } catch (JournalCorruptException e) {
      return e.getMessage();
    } catch (SegueException e) {
      if (e.code().equals(EMPTY)) {
        return e.getMessage();
      }
      throw e;
    }
    throw new SegueException(
        Kind.REFUSED,
        "journal-whole",
        "The journal of " + run + " is whole: there is nothing to set aside",
        "Go on with 'segue run', or back with 'segue rollback'.");
  }

  private Optional<RunState> unfinished() {
    return latest().filter(state -> state.outcome() == null);
  }

  /// Takes the lease and then looks what there is: whoever held it until now may have gone on.
  private Optional<Run> held(Function<Lease, Optional<Run>> act) {
    Lease lease = home.take(change.name());
    try {
      Optional<Run> run = act.apply(lease).map(Run::claimed);
      if (run.isEmpty()) {
        lease.close();
      }
      return run;
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private Run begin(
      Lease lease, Event.@Nullable Replaced replaces, @Nullable BreakGlass breakGlass) {
    surroundings.workspace().makeNewRunDirectory(lease.begin());
    Plan plan = steps(change, breakGlass);
    Event.RunStarted start =
        new Event.RunStarted(
            change.name(),
            change.summary(),
            source,
            digest(source),
            surroundings.by(),
            surroundings.version(),
            plan.describe(change),
            replaces);
    RunJournal journal = RunJournal.begin(lease, start, surroundings.listener());
    return new Run(change, plan, journal, home, surroundings);
  }

  private Run goOn(Lease lease, RunState state, @Nullable BreakGlass breakGlass) {
    surroundings.workspace().makeRunDirectory(state.run());
    Change begun =
        state.start().source().equals(source)
            ? change
            : ChangeFile.parse(
                state.start().source(), file, surroundings.workspace().environment());
    RunJournal journal = new RunJournal(lease, state, surroundings.listener());
    journal.record(new Event.ConductorChanged(surroundings.by()));
    return new Run(begun, steps(begun, breakGlass), journal, home, surroundings);
  }

  /// Why a run may not be turned round now, for whoever wants to ask for it from another terminal;
  /// see [Run#takeBack].
  public Optional<SegueException> whyNotTakeBack(RunState state, boolean force) {
    return Decisions.whyNotTakeBack(change, state, surroundings.time().instant(), force);
  }

  /// Why a run may not be finished now, for whoever wants to ask for it from another terminal; see
  /// [Run#finish].
  public Optional<SegueException> whyNotFinish(RunState state, boolean force) {
    return Decisions.whyNotFinish(change, state, surroundings.time().instant(), force);
  }

  /// Asks the conductor that is at it, from another terminal.
  ///
  /// @param kind [Run#TAKE_BACK], [Run#ABORT], [Run#FINISH], one of the forced ones, or a
  ///   [Pacing#request]
  /// @return the request's id, found again in the run's state once it was heeded
  public String request(String run, String kind, String reason) {
    String id = UUID.randomUUID().toString();
    home.request(
        run, new Request(id, surroundings.time().instant(), surroundings.by(), kind, reason));
    return id;
  }

  /// What people asked of a run's pace and no conductor has heeded yet, oldest first.
  public List<Pacing.Asked> unheeded(RunState run) {
    return home.requests(run.run()).stream()
        .filter(request -> !run.course().requests().contains(request.id()))
        .flatMap(request ->
            Pacing.asked(request).map(order -> new Pacing.Asked(order, request.at())).stream())
        .sorted(Comparator.comparing(Pacing.Asked::at))
        .toList();
  }

  private List<GateCheck> gates(Change change) {
    List<GateCheck> gates =
        new ArrayList<>(new DeclaredGates(change, home, surroundings.time()).checks());
    for (Capability capability : surroundings.capabilities()) {
      gates.addAll(capability.gates(change, surroundings.workspace()));
    }
    return gates;
  }

  private Plan steps(Change change, @Nullable BreakGlass breakGlass) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        new GatesStep(
            gates(change),
            new DeclaredGates(change, home, surroundings.time()).statements(),
            breakGlass));
    for (Capability capability : surroundings.capabilities()) {
      steps.addAll(capability.steps(change, surroundings.workspace()));
    }
    if (change.watch() != null) {
      steps.add(new WatchStep(change.watch()));
    }
    return new Plan(steps);
  }

  /// SHA-256 of the file's text, in hex; the same as [Event.RunStarted#digest] when a run was begun
  /// with this very text.
  public String digest() {
    return digest(source);
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
