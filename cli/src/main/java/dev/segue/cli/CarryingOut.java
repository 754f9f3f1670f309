package dev.segue.cli;

import dev.segue.change.ChangeFile;
import dev.segue.change.Overrides;
import dev.segue.cli.ChangeArguments.Target;
import dev.segue.conductor.Listener;
import dev.segue.conductor.Outcome;
import dev.segue.conductor.Run;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Standstill;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What `run` and `backfill run` share: a run begins, or goes on.
///
/// @param target the change of the arguments, with what the command line says besides
record CarryingOut(Terminal terminal, ChangeArguments arguments, Target target) {

  /// @param insisting why to go past gates that a person may override, or null
  /// @param wait stay until the contract is carried out
  Exit run(@Nullable String insisting, boolean wait) {
    try (Conducting conducting = new Conducting(terminal, arguments, asBegun())) {
      Desk desk = conducting.desk();
      Expressions.compile(desk.change());
      Optional<RunState> latest = desk.runs().latest();
      if (latest.isPresent()
          && latest.get().outcome() == Outcome.DONE
          && sameFile(latest.get(), desk)) {
        terminal.out().println(latest.get().run() + " has already carried this out.");
        return Exit.DONE;
      }
      try (Run run = desk.runs().start(insisting)) {
        Standstill standstill = run.proceed();
        while (wait
            && standstill instanceof Standstill.Resting rest
            && rest.until().isBefore(Instant.MAX)) {
          standstill = run.rest(rest.until());
        }
        return conducting.conclude(standstill, run);
      }
    }
  }

  private static boolean sameFile(RunState state, Desk desk) {
    return state.start().digest().equals(desk.runs().digest());
  }

  /// Whoever goes on with a run need not say again what the command line said when it began.
  private Target asBegun() {
    if (!target.said().isEmpty()) {
      return target;
    }
    String file = ChangeFile.text(target.file());
    try (Desk desk = Desk.sketch(target, terminal, new Listener() {})) {
      return desk.runs()
          .latest()
          .filter(run -> run.outcome() == null)
          .map(run -> run.start().source())
          .filter(stored -> Overrides.areBehind(file, stored))
          .map(stored -> target.saying(stored.substring(file.length())))
          .orElse(target);
    }
  }
}
