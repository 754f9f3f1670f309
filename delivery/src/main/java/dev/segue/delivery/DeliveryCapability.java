package dev.segue.delivery;

import dev.segue.change.Change;
import dev.segue.change.Deploy;
import dev.segue.conductor.Capability;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.watch.HealthSource;
import dev.segue.watch.Source;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What delivery brings to a change that has versions to put in each other's place, or checks.
public final class DeliveryCapability implements Capability {

  private static final Duration HEALTH_ANSWER = Duration.ofSeconds(5);

  @Override
  public List<GateCheck> gates(Change change, Workspace workspace) {
    Deploy deploy = change.deploy();
    return deploy == null
        ? List.of()
        : List.of(new DeliveryGate(new Site(change.name(), deploy, workspace), change));
  }

  @Override
  public List<Step> steps(Change change, Workspace workspace) {
    List<Step> steps = new ArrayList<>();
    Deploy deploy = change.deploy();
    if (deploy != null) {
      Site site = new Site(change.name(), deploy, workspace);
      steps.add(new StandStep(site));
      steps.add(new BaselineStep(site, change.watch()));
      steps.add(new StartNewStep(site));
      steps.add(new SwitchStep(site));
      steps.add(new DrainStep(site));
      steps.add(new SettleStep(site));
      steps.add(new RetireStep(site));
    }
    if (!change.verify().isEmpty()) {
      steps.add(
          new VerifyStep(
              change,
              workspace,
              deploy == null ? null : new Site(change.name(), deploy, workspace).entrance()));
    }
    return steps;
  }

  @Override
  public List<Source> sources(Change change, Workspace workspace) {
    Deploy deploy = change.deploy();
    if (deploy == null) {
      return List.of();
    }
    Site site = new Site(change.name(), deploy, workspace);
    List<Source> sources = new ArrayList<>();
    sources.add(new HttpSource(site.router()));
    if (change.watch() != null) {
      URI health = URI.create("http://" + site.newAddress() + change.watch().health());
      sources.add(new HealthSource(health, HEALTH_ANSWER));
    }
    return sources;
  }
}
