package dev.segue.delivery.proxy;

import dev.segue.delivery.proxy.Router.Counters;
import dev.segue.delivery.proxy.Router.State;
import dev.segue.delivery.proxy.Router.Tally;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Gives each request its backend and counts it there in one step: a request that could still reach
/// a backend is in flight there, so "none in flight" after a switch is the truth.
///
/// Thread-safe by one lock, held for nanoseconds and never over anything that can block.
final class Switchboard {

  private final long since = System.currentTimeMillis();
  private final Map<String, Backend> backends = new LinkedHashMap<>();
  private @Nullable Backend active;
  private @Nullable Backend standIn;
  private long refused;

  /// Empty when nothing is active; that is counted too.
  synchronized Optional<Ticket> pick() {
    if (active == null) {
      refused++;
      return Optional.empty();
    }
    return Optional.of(active.begin(false));
  }

  /// Ends the try that failed and gives the request to the backend that serves by now, or to the
  /// one that stands in. Once at most: empty for a request that was diverted before, and where
  /// there is no other backend.
  synchronized Optional<Ticket> divert(Ticket failed) {
    Backend other = Objects.equals(active, failed.backend()) ? standIn : active;
    if (failed.isDiverted() || other == null || other.equals(failed.backend())) {
      return Optional.empty();
    }
    end(failed, 0);
    failed.backend().passesOn();
    return Optional.of(other.begin(true));
  }

  synchronized void end(Ticket ticket, int status) {
    ticket.backend().end(ticket.end(status), System.nanoTime() - ticket.begun());
  }

  /// From now on requests go where the state says.
  synchronized void follow(State state) {
    state
        .backends()
        .forEach((name, address) ->
            backends.computeIfAbsent(name, _ -> new Backend(address)).moveTo(address));
    Backend next = state.active() == null ? null : backends.get(state.active());
    if (next != null && !Objects.equals(next, active)) {
      next.becomesActive();
    }
    active = next;
    standIn = state.standIn() == null ? null : backends.get(state.standIn());
  }

  Counters counters() {
    Map<String, Supplier<Tally>> moment = new LinkedHashMap<>();
    long refusedThen;
    synchronized (this) {
      backends.forEach((name, backend) -> moment.put(name, backend.tally()));
      refusedThen = refused;
    }
    Map<String, Tally> tallies = new LinkedHashMap<>();
    moment.forEach((name, tally) -> tallies.put(name, tally.get()));
    return new Counters(since, refusedThen, tallies);
  }
}
