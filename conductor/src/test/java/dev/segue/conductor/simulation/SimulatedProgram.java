package dev.segue.conductor.simulation;

import dev.segue.change.Change;
import dev.segue.change.ChangeFile;
import dev.segue.conductor.Capability;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Runs;
import dev.segue.conductor.Step;
import dev.segue.conductor.Surroundings;
import dev.segue.conductor.Workspace;
import dev.segue.conductor.journal.SimulatedHome;
import dev.segue.watch.Reading;
import dev.segue.watch.Source;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The conductor's own code, with everything outside of it simulated.
final class SimulatedProgram {

  private static final String SOURCE =
      """
      change: a-change
      summary: A change
      deploy:
        router: { proxy: { listen: 8080 } }
        old: { command: "./old", port: 8001 }
        new: { command: "./new", port: 8002 }
        health: { path: /health/ }
        dead-man: 30s
      watch:
        every: 10s
        for: 1m
        roll-back-when: ["http.errors > 10", "http.seconds > 2 for 20s"]
      rollback: { automatic: 3m, by-hand: 30m }
      contract: { after: 24h }
      """;

  private static final Path FILE = Path.of("change.yaml");
  private static final Change CHANGE = ChangeFile.parse(SOURCE, FILE, Map.of());

  private SimulatedProgram() {}

  /// The runs of the simulated change, as this process sees them.
  static Runs runs(Simulation simulation, Actor actor) {
    Faults faults = simulation.faults();
    World world = simulation.world();
    Path scratch = simulation.scratch();
    Capability parts =
        new Capability() {
          @Override
          public List<GateCheck> gates(Change change, Workspace workspace) {
            return List.of(progress -> {
              actor.touch("gates");
              return List.of(
                  faults.strikes(Faults.Trouble.EFFECT, 0.1)
                      ? Finding.refused("simulated", "no", null)
                      : Finding.passed("simulated", "yes"));
            });
          }

          @Override
          public List<Step> steps(Change change, Workspace workspace) {
            return Arrays.stream(Part.values())
                .<Step>map(part -> new SimulatedStep(part, actor))
                .toList();
          }

          @Override
          public List<Source> sources(Change change, Workspace workspace) {
            return List.of(new Figures(world));
          }
        };
    Workspace workspace = new Workspace(scratch, scratch, Map.of());
    return new Runs(
        FILE,
        SOURCE,
        CHANGE,
        new SimulatedHome(simulation.store(), actor),
        new Surroundings(workspace, List.of(parts), actor, new Listener() {}, "sim", "test"));
  }

  /// What the router counts.
  private record Figures(World world) implements Source {

    @Override
    public String name() {
      return "http";
    }

    @Override
    public Reading read() {
      return world.isSilent()
          ? new Reading.Unavailable("simulated")
          : new Reading.Figures(
              Map.of(
                  "requests",
                  100L,
                  "errors",
                  world.isBad() ? 20L : 0L,
                  "seconds",
                  world.isSlow() ? 3.0 : 0.1));
    }
  }
}
