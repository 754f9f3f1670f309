package dev.segue.delivery;

import dev.segue.change.AppVersion;
import dev.segue.change.Change;
import dev.segue.change.Durations;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Private;
import dev.segue.delivery.process.Identity;
import dev.segue.delivery.process.Port;
import dev.segue.delivery.process.Program;
import dev.segue.delivery.proxy.Router;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether router and versions can stand where the change file wants them.
record DeliveryGate(Site site, Change change) implements GateCheck {

  @Override
  public List<Finding> ask(Progress progress) {
    progress.at("ports, programs and the router");
    List<Finding> findings = new ArrayList<>();
    findings.add(stateDirectory());
    findings.add(router());
    findings.add(oldVersion());
    findings.add(newVersion());
    findings.add(program("new version's command", site.newVersion()));
    deadMan().ifPresent(findings::add);
    return findings;
  }

  private Finding stateDirectory() {
    Path state = site.workspace().state().toAbsolutePath();
    Path there = state;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Private.complaint(there)
        .map(why ->
            Finding.refused(
                "state directory",
                state + " cannot be written: " + why,
                "Make room, or give Segue a directory it may write in."))
        .orElseGet(() -> Finding.passed("state directory", state + " can be written"));
  }

  private Finding router() {
    String gate = "router";
    Port entrance = site.entrance();
    try {
      Optional<String> listening = site.router().listening();
      if (listening.isPresent()) {
        return listening.get().equals(entrance.toString())
            ? serving(gate, site.router().state())
            : Finding.refused(
                gate,
                "it listens on " + listening.get() + ", and the change file says " + entrance,
                "Keep deploy.router.proxy.listen as it was, or stop the router.");
      }
    } catch (SegueException e) {
      return Finding.refused(gate, String.valueOf(e.getMessage()), e.remedy());
    }
    return entrance.isFree()
        ? Finding.passed(gate, entrance + " is free; it will be started")
        : Finding.refused(
            gate,
            entrance + " is held by " + entrance.holder(),
            "Stop that process, or choose another port in deploy.router.proxy.listen.");
  }

  private Finding serving(String gate, Router.State state) {
    String active = state.activeAddress();
    if (active != null && !active.equals(site.oldAddress())) {
      SegueException e = new Standing(site).elsewhere(state);
      return Finding.refused(gate, String.valueOf(e.getMessage()), e.remedy());
    }
    return Finding.passed(gate, "it runs on " + site.entrance());
  }

  private Finding oldVersion() {
    AppVersion version = site.oldVersion();
    Port port = Site.port(version);
    if (port.isFree()) {
      return program("old version's command", version);
    }
    return site.health(version)
        .complaint()
        .map(c ->
            Finding.advisedAgainst(
                "old version",
                port + " is held by " + port.holder() + ", and " + c,
                "The old version must be healthy before it is replaced."))
        .orElseGet(() -> Finding.passed("old version", "it is healthy on " + port));
  }

  private Finding newVersion() {
    String gate = "new version's port";
    Port port = Site.port(site.newVersion());
    Optional<Identity> ours = site.process(site.newVersion()).running();
    if (ours.isPresent()) {
      return Finding.warning(
          gate, "Segue started it before, and it runs: pid " + ours.get().pid(), null);
    }
    return port.isFree()
        ? Finding.passed(gate, port + " is free")
        : Finding.refused(
            gate,
            port + " is held by " + port.holder(),
            "Stop that process, or choose another port in deploy.new.port.");
  }

  private Finding program(String gate, AppVersion version) {
    return Program.missing(version, site.workspace().environment())
        .map(missing -> Finding.refused(gate, missing, "Check the command and 'dir'."))
        .orElseGet(() -> Finding.passed(gate, version.command()));
  }

  /// The router must hear the conductor often enough.
  private Optional<Finding> deadMan() {
    if (change.watch() == null) {
      return Optional.empty();
    }
    Duration every = change.watch().every();
    Duration deadMan = site.deploy().deadMan();
    return deadMan.compareTo(every.multipliedBy(2)) >= 0
        ? Optional.empty()
        : Optional.of(
            Finding.refused(
                "dead man's switch",
                "the router would go back after %s, and is told only every %s that Segue lives"
                    .formatted(Durations.format(deadMan), Durations.format(every)),
                "Make deploy.dead-man at least twice watch.every."));
  }
}
