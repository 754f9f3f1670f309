package dev.segue.delivery.process;

import java.nio.file.Path;

/// Who says that a process is to be started or stopped, and whether that still counts.
public interface Orders {

  /// Carries an order out.
  ///
  /// @return what the act returned
  /// @throws E only from the act
  /// @throws dev.segue.conductor.FencedException when a later conductor has given orders here; then
  ///   nothing was done
  /// @throws dev.segue.change.SegueException RESOURCES `state-directory`, EXTERNAL `orders-held`;
  ///   then nothing was done either
  <T, E extends Exception> T carryOut(Act<T, E> act) throws E;

  /// From here on no order of an earlier conductor is carried out.
  void claim();

  /// What is to be done; short, since others wait for it.
  @FunctionalInterface
  interface Act<T, E extends Exception> {
    T run() throws E;
  }

  /// A person's, outside a run.
  static Orders free() {
    return new Orders() {
      @Override
      public <T, E extends Exception> T carryOut(Act<T, E> act) throws E {
        return act.run();
      }

      @Override
      public void claim() {}
    };
  }

  /// A conductor's.
  ///
  /// @param state the directory that knows the processes
  /// @param epoch of the conductor's lease on the change
  static Orders of(Path state, String change, long epoch) {
    return new FencedOrders(state.resolve("run").toAbsolutePath(), change, epoch);
  }
}
