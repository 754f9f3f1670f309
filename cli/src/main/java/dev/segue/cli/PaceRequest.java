package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Event;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Pacing;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Runs;
import dev.segue.conductor.journal.Holder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// What `pause`, `resume` and `pace` share: word is left for whoever conducts the run, now or
/// later.
record PaceRequest(Terminal terminal, ChangeArguments arguments) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(200);

  Exit ask(Event.Ordered what, @Nullable Double share, @Nullable String reason) {
    Optional<Desk> opened = Desk.look(arguments.target(), terminal, new Listener() {});
    try (Desk desk = opened.orElseThrow(this::nothing)) {
      RunState run =
          desk.runs().latest().filter(r -> r.outcome() == null).orElseThrow(this::nothing);
      String request =
          desk.runs().request(run.run(), Pacing.request(what, share), reason == null ? "" : reason);
      Optional<Holder> conductor = desk.home().holder(desk.change().name()).filter(Holder::live);
      boolean heeded = conductor.isPresent() && heeded(desk, run.run(), request);
      say(run.run(), conductor, heeded);
      return Exit.DONE;
    }
  }

  private static boolean heeded(Desk desk, String run, String request) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Runs.replay(desk.home(), run).course().requests().contains(request)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted");
      }
    }
    return true;
  }

  private void say(String run, Optional<Holder> conductor, boolean heeded) {
    if (arguments.json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("run", run);
      document.put("heeded", heeded);
      terminal.out().println(Json.line(document));
      return;
    }
    String how =
        heeded
            ? "heeded by the conductor at work"
            : conductor.isPresent()
                ? "asked; the conductor at work (process "
                    + conductor.get().pid()
                    + ") has not heeded it yet"
                : "asked; nobody conducts the run now, whoever goes on with it will heed it";
    terminal.out().println(run + ": " + how + ". Next: segue status " + arguments.file());
  }

  private SegueException nothing() {
    return new SegueException(
        Kind.USER,
        "no-run",
        "There is no run of this change under way",
        "segue status " + arguments.file());
  }
}
