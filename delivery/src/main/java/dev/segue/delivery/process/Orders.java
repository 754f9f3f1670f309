package dev.segue.delivery.process;

import java.io.IOException;
import java.nio.file.Path;

/// Who says that a process is to be started or stopped, and whether that still counts.
@FunctionalInterface
public interface Orders {

  /// Carries an order out.
  ///
  /// @throws dev.segue.conductor.FencedException when a later conductor has given orders here; then
  ///   nothing was done
  void carryOut(Act act) throws IOException;

  /// What is to be done; short, since others wait for it.
  @FunctionalInterface
  interface Act {
    void run() throws IOException;
  }

  /// A person's, outside a run.
  static Orders free() {
    return Act::run;
  }

  /// A conductor's.
  ///
  /// @param state the directory that knows the processes
  /// @param epoch of the conductor's lease on the change
  static Orders of(Path state, String change, long epoch) {
    return new FencedOrders(state.resolve("run").toAbsolutePath(), change, epoch);
  }
}
