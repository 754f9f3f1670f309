package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.conductor.StepContext.Window;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The windows of a run as instants.
///
/// @param automaticUntil Segue goes back by itself before this
/// @param byHandUntil a person may ask to go back before this, with `--force` also later
/// @param contractAt the ending steps are due from here on without anybody asking
public record Windows(Instant automaticUntil, Instant byHandUntil, Instant contractAt) {

  /// @param switchedAt null before the switch
  /// @return null before the switch
  public static @Nullable Windows of(Change change, @Nullable Instant switchedAt) {
    return switchedAt == null
        ? null
        : new Windows(
            switchedAt.plus(change.rollback().automatic()),
            switchedAt.plus(change.rollback().byHand()),
            switchedAt.plus(change.contract().after()));
  }

  static Window at(@Nullable Windows windows, Instant now) {
    if (windows == null) {
      return Window.BEFORE;
    }
    if (now.isBefore(windows.automaticUntil)) {
      return Window.AUTOMATIC;
    }
    return now.isBefore(windows.byHandUntil) ? Window.BY_HAND : Window.FORWARD_ONLY;
  }
}
