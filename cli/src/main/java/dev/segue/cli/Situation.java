package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.change.Durations;
import dev.segue.change.SegueException;
import dev.segue.cli.ChangeArguments.Target;
import dev.segue.conductor.Event;
import dev.segue.conductor.Moment;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Stage;
import dev.segue.conductor.StepState;
import dev.segue.conductor.StepState.Status;
import dev.segue.conductor.Windows;
import dev.segue.conductor.journal.Holder;
import dev.segue.delivery.Standing;
import dev.segue.delivery.Standing.Picture;
import dev.segue.delivery.proxy.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where a change stands, in the words a person in trouble needs.
///
/// @param serves which version users get: `old`, `new`, `nobody`, `unknown`, or null when the
///   change moves no traffic
/// @param detail of what serves: an address, or why it cannot be told; null without traffic
/// @param schema null when the change leaves the schema alone
/// @param stands what runs and what was left standing
/// @param decides who decides at this moment
record Situation(
    @Nullable String serves,
    @Nullable String detail,
    @Nullable Schema schema,
    List<String> stands,
    String decides) {

  /// The names that work.
  enum Schema {
    OLD("the old schema"),
    EXPANDED("the expanded schema, where old and new names work"),
    NEW("the new schema"),
    BETWEEN("a schema between two states");

    private final String words;

    Schema(String words) {
      this.words = words;
    }
  }

  /// Looks at the journal, its lease and the router; changes nothing.
  ///
  /// @param state of the newest run, or null before any
  static Situation of(Desk desk, @Nullable RunState state) {
    Change change = desk.change();
    Picture picture = null;
    String blind = null;
    if (change.deploy() != null) {
      try {
        picture = new Standing(change, desk.workspace()).look();
      } catch (SegueException e) {
        blind = e.getMessage();
      }
    }
    Schema schema = change.schema().isEmpty() ? null : schema(state);
    String decides =
        decides(desk.file(), change, state, desk.home().holder(change.name()), picture);
    List<String> stands = stands(picture, schema, state);
    if (change.deploy() == null) {
      return new Situation(null, null, schema, stands, decides);
    }
    if (picture == null || picture.state() == null) {
      return new Situation(
          blind == null ? "nobody" : "unknown",
          blind == null ? "the router does not run" : blind,
          schema,
          stands,
          decides);
    }
    Router.State router = picture.state();
    return new Situation(
        router.active() == null ? "nobody" : router.active(),
        router.active() == null ? "the router has no version" : "at " + router.activeAddress(),
        schema,
        stands,
        decides);
  }

  /// What can be told where the journal, or what it leads to, cannot be reached.
  static String blind(Target target, Terminal terminal) {
    Change change = ChangeFile.read(target.file(), terminal.environment());
    String known = "not known until that answers: the same command then looks and goes on";
    if (change.deploy() == null) {
      return known;
    }
    try {
      Router.State router =
          new Standing(change, target.workspace(terminal.environment())).look().state();
      return router == null
          ? known + "; the router does not run"
          : known + "; the router sends users to " + router.active();
    } catch (SegueException e) {
      return known + "; nor does the router: " + e.getMessage();
    }
  }

  private static Schema schema(@Nullable RunState state) {
    if (state == null) {
      return Schema.OLD;
    }
    List<Status> contract = statuses(state, Stage.CONTRACT);
    if (contract.stream().anyMatch(Status::touched)) {
      return all(contract, Status.APPLIED) ? Schema.NEW : Schema.BETWEEN;
    }
    List<Status> expand = statuses(state, Stage.EXPAND);
    if (expand.stream().noneMatch(Status::touched)) {
      return Schema.OLD;
    }
    return all(expand, Status.APPLIED) ? Schema.EXPANDED : Schema.BETWEEN;
  }

  private static List<Status> statuses(RunState state, Stage stage) {
    return state.inOrder().stream()
        .filter(s -> s.step().stage() == stage)
        .map(StepState::status)
        .toList();
  }

  private static boolean all(List<Status> statuses, Status status) {
    return statuses.stream().allMatch(s -> s == status);
  }

  private static List<String> stands(
      @Nullable Picture picture, @Nullable Schema schema, @Nullable RunState state) {
    List<String> stands = new ArrayList<>();
    if (picture != null) {
      if (picture.listening() != null) {
        stands.add("the router on " + picture.listening());
      }
      picture.instances().stream()
          .filter(i -> i.pid() != null || i.holder() != null)
          .map(i ->
              "the "
                  + i.name()
                  + " version on "
                  + i.address()
                  + (i.complaint() == null ? "" : ", not healthy: " + i.complaint()))
          .forEach(stands::add);
    }
    if (schema == Schema.EXPANDED && state != null) {
      state.inOrder().stream()
          .map(s -> s.step().id())
          .flatMap(id -> standing(id).stream())
          .forEach(stands::add);
    }
    if (state != null) {
      state.inOrder().stream()
          .filter(s -> s.step().stage() == Stage.BACKUP)
          .flatMap(s -> s.facts().text("path").stream())
          .map(path -> "the backup " + path)
          .forEach(stands::add);
    }
    return stands;
  }

  private static Optional<String> standing(String step) {
    if (step.startsWith("expand-")) {
      return Optional.of("the facade of " + step.substring("expand-".length()));
    }
    return step.startsWith("columns-")
        ? Optional.of("old and new columns in step in " + step.substring("columns-".length()))
        : Optional.empty();
  }

  private static String decides(
      Path file,
      Change change,
      @Nullable RunState state,
      Optional<Holder> holder,
      @Nullable Picture picture) {
    Router.DeadMan deadMan =
        picture == null || picture.state() == null ? null : picture.state().deadMan();
    Optional<Holder> conductor = holder.filter(Holder::live);
    if (conductor.isPresent()) {
      Holder h = conductor.get();
      return "the conductor: %s@%s, process %d%s"
          .formatted(
              h.user(),
              h.host(),
              h.pid(),
              deadMan == null
                  ? ""
                  : "; when it is silent for %s the router goes back to the %s version by itself"
                      .formatted(
                          Durations.format(Duration.ofMillis(deadMan.millis())),
                          deadMan.revertTo()));
    }
    if (deadMan != null) {
      long left = deadMan.heardAt() + deadMan.millis() - System.currentTimeMillis();
      return "the router: no conductor is at work, and it goes back to the %s version in %d s unless one goes on ('segue run %s')"
          .formatted(deadMan.revertTo(), Math.max(0, (left + 999) / 1000), file);
    }
    return state == null || state.outcome() != null
        ? "nobody needs to: nothing is under way"
        : "a person: " + choices(file, change, state, picture);
  }

  private static String choices(
      Path file, Change change, RunState state, @Nullable Picture picture) {
    if (state.goingBack()) {
      return "'segue rollback " + file + "' goes on going back";
    }
    if (state.contractBegun()) {
      return "'segue finish " + file + "' completes the contract";
    }
    Event.WatchEnded ended = state.trial().ended();
    Windows windows = Windows.of(change, state.switchedAt());
    if (ended == null && hasGoneBack(picture)) {
      return "the router has gone back by itself; 'segue run " + file + "' takes the rest back";
    }
    if (ended == null || windows == null) {
      return "'segue run " + file + "' goes on, 'segue abort " + file + "' goes back";
    }
    return Instant.now().isBefore(windows.byHandUntil())
        ? "'segue rollback %s' until %s, 'segue finish %s' from then on"
            .formatted(file, Moment.text(windows.byHandUntil()), file)
        : "'segue finish %s'; back only with 'segue rollback %s --force --reason'"
            .formatted(file, file);
  }

  private static boolean hasGoneBack(@Nullable Picture picture) {
    return picture != null && picture.state() != null && picture.state().lastRevert() != null;
  }

  /// In one phrase: `the old version on the old schema`.
  String words() {
    String version =
        switch (serves) {
          case null -> null;
          case "nobody" -> "no version behind the router,";
          case "unknown" -> "a version that cannot be told";
          default -> "the " + serves + " version";
        };
    if (schema == null) {
      return version == null ? "as it is" : version;
    }
    return version == null ? schema.words : version + " on " + schema.words;
  }

  /// One line each, for people.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (serves != null) {
      lines.add("serves:  " + serves + ", " + detail);
    }
    if (schema != null) {
      lines.add("schema:  " + schema.words);
    }
    lines.add(
        "stands:  " + (stands.isEmpty() ? "nothing of this change" : String.join("; ", stands)));
    lines.add("decides: " + decides);
    return lines;
  }

  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("words", words());
    if (serves != null) {
      document.put("serves", serves);
    }
    if (schema != null) {
      document.put("schema", schema.name().toLowerCase(java.util.Locale.ROOT));
    }
    document.put("stands", stands);
    document.put("decides", decides);
    return document;
  }
}
