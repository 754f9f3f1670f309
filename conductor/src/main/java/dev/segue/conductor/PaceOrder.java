package dev.segue.conductor;

import java.util.OptionalDouble;

/// What a person has asked of a long step while it runs.
///
/// @param paused nothing more is begun until it is resumed
/// @param share of the time that is worked from now on, up to 1; empty: as the change file says
public record PaceOrder(boolean paused, OptionalDouble share) {

  public static final PaceOrder NONE = new PaceOrder(false, OptionalDouble.empty());
}
