package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.change.Durations;
import dev.segue.change.Gate;
import dev.segue.conductor.journal.Ended;
import dev.segue.conductor.journal.Home;
import dev.segue.watch.Condition;
import dev.segue.watch.HealthSource;
import dev.segue.watch.Reading;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The gates a change file names.
final class DeclaredGates {

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);

  private final Change change;
  private final Home home;
  private final InstantSource clock;

  DeclaredGates(Change change, Home home, InstantSource clock) {
    this.change = change;
    this.home = home;
    this.clock = clock;
  }

  List<GateCheck> checks() {
    return change.gates().stream().map(this::check).toList();
  }

  /// What will be asked, for the plan.
  List<Statement> statements() {
    return change.gates().stream()
        .map(gate ->
            new Statement(
                switch (gate) {
                  case Gate.Health health ->
                      "health: " + health.url() + " answers " + health.expect().text();
                  case Gate.Window window ->
                      "window: %s-%s in %s on %s"
                          .formatted(
                              window.from(),
                              window.to(),
                              window.zone(),
                              new java.util.TreeSet<>(window.days()));
                  case Gate.LastChange last ->
                      "last-change: older than " + Durations.format(last.olderThan());
                },
                null,
                "a NO may be overridden: segue run --force --reason '…'"))
        .toList();
  }

  private GateCheck check(Gate gate) {
    return progress ->
        List.of(
            switch (gate) {
              case Gate.Health health -> {
                progress.at("health of " + health.url());
                yield health(health);
              }
              case Gate.Window window -> window(window, clock.instant());
              case Gate.LastChange last -> last(last, clock.instant());
            });
  }

  private static Finding health(Gate.Health gate) {
    return switch (new HealthSource(gate.url(), gate.within()).read()) {
      case Reading.Unavailable u ->
          Finding.advisedAgainst(
              "health",
              gate.url() + ": " + u.why(),
              "Is it the address of a health page that answers with a JSON object?");
      case Reading.Figures f -> judge(gate, f.values());
    };
  }

  private static Finding judge(Gate.Health gate, Map<String, Object> figures) {
    Condition condition = Condition.compile(gate.expect().text());
    String seen = gate.url() + " says " + condition.show(figures);
    return switch (condition.test(figures)) {
      case TRUE -> Finding.passed("health", seen);
      case FALSE ->
          Finding.advisedAgainst(
              "health",
              "expected " + gate.expect().text() + ", but " + seen,
              "A change is not the cure for a system that is ill: mend it first.");
      case NO_DATA ->
          Finding.advisedAgainst(
              "health",
              "cannot be told: "
                  + gate.expect().text()
                  + " needs figures that are missing; "
                  + seen,
              "Name figures the page has.");
    };
  }

  static Finding window(Gate.Window gate, Instant now) {
    ZonedDateTime local = now.atZone(gate.zone());
    LocalTime time = local.toLocalTime();
    boolean overnight = gate.to().isBefore(gate.from());
    boolean within =
        overnight
            ? !time.isBefore(gate.from()) || time.isBefore(gate.to())
            : !time.isBefore(gate.from()) && time.isBefore(gate.to());
    // After midnight the window that is still open is yesterday's.
    ZonedDateTime opened = overnight && time.isBefore(gate.to()) ? local.minusDays(1) : local;
    boolean day = gate.days().contains(opened.getDayOfWeek());
    String text =
        "it is "
            + MOMENT.format(local)
            + " in "
            + gate.zone()
            + ", the window is "
            + gate.from()
            + "-"
            + gate.to();
    return within && day
        ? Finding.passed("window", text)
        : Finding.advisedAgainst(
            "window",
            text + (day ? "" : " on " + new java.util.TreeSet<>(gate.days())),
            "Come back inside the window, or change gates.window.");
  }

  private Finding last(Gate.LastChange gate, Instant now) {
    return home.lastEnded(change.name())
        .map(ended -> last(gate, ended, now))
        .orElseGet(() -> Finding.passed("last-change", "no other change is known here"));
  }

  private static Finding last(Gate.LastChange gate, Ended ended, Instant now) {
    Duration ago = Duration.between(ended.at(), now);
    String text =
        ended.run() + " ended " + Durations.format(Duration.ofSeconds(ago.toSeconds())) + " ago";
    return ago.compareTo(gate.olderThan()) >= 0
        ? Finding.passed("last-change", text)
        : Finding.advisedAgainst(
            "last-change",
            text + ", less than " + Durations.format(gate.olderThan()),
            "Give the last change time to show its faults, or change gates.last-change.");
  }
}
