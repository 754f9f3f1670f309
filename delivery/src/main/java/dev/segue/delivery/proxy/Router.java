package dev.segue.delivery.proxy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What decides which version gets a request. Every act is read back before it returns, and may be
/// repeated: it leads to the same state.
public interface Router {

  /// @throws dev.segue.change.SegueException EXTERNAL `router-down` when it does not answer
  State state();

  Counters counters();

  /// Makes a backend known without sending it anything.
  State backend(String name, String address, long epoch);

  /// Sends every request from now on to `to`.
  ///
  /// @param lease what the router does by itself when nobody renews; null disarms. The backend it
  ///   would go back to stands in for single requests that `to` cannot be given, until the next
  ///   route
  /// @throws dev.segue.conductor.FencedException when a later conductor has spoken; so do all
  ///   orders
  State route(String to, String address, long epoch, @Nullable Lease lease);

  /// Says that the conductor lives.
  State renew(long epoch);

  /// The lease ends; what is active stays.
  State disarm(long epoch);

  /// A dead man's switch: without a word for so long, the router goes back.
  record Lease(String revertTo, long millis) {}

  /// An armed lease.
  ///
  /// @param heardAt when the conductor was last heard, in epoch milliseconds
  record DeadMan(String revertTo, long millis, long heardAt) {}

  /// A going back that nobody asked for.
  record Revert(String from, String to, long at, String reason) {}

  /// What a router knows, and keeps over a restart.
  ///
  /// @param backends addresses (`host:port`) by name
  /// @param active null before the first route
  /// @param standIn the backend that gets a request when the active one accepts no connection; null
  ///   when there is none
  /// @param routedAt when the active backend was last changed, in epoch milliseconds
  /// @param epochs the largest epoch heard, by change
  /// @param lastRevert of the dead man's switch; null again after the next route
  record State(
      Map<String, String> backends,
      @Nullable String active,
      @Nullable String standIn,
      long routedAt,
      Map<String, Long> epochs,
      @Nullable DeadMan deadMan,
      @Nullable Revert lastRevert) {

    static final State EMPTY = new State(Map.of(), null, null, 0, Map.of(), null, null);

    public State {
      backends = Map.copyOf(backends);
      epochs = Map.copyOf(epochs);
    }

    public @Nullable String activeAddress() {
      return active == null ? null : backends.get(active);
    }

    public long epoch(String change) {
      return epochs.getOrDefault(change, 0L);
    }

    State with(@Nullable DeadMan lease) {
      return new State(backends, active, standIn, routedAt, epochs, lease, lastRevert);
    }
  }

  /// @param since when counting began, in epoch milliseconds; another number means a restart
  /// @param refused requests answered with 503 because nothing was active
  record Counters(long since, long refused, Map<String, Tally> backends) {
    public Counters {
      backends = Map.copyOf(backends);
    }

    public Tally of(String backend) {
      return backends.getOrDefault(backend, Tally.NONE);
    }
  }

  /// One backend's figures since counting began.
  ///
  /// @param requests ended, whatever their end
  /// @param failures answered by the backend with 5xx
  /// @param unanswered the backend could not be reached, broke off or was silent too long; the
  ///   client got 502 or 504, unless the request was diverted
  /// @param diverted of the unanswered: another backend took them instead, and no client saw it
  /// @param abandoned by the client before their end
  /// @param inFlight begun and not ended
  /// @param before what the first three were when traffic was last turned to this backend
  /// @param latency HdrHistogram of microseconds, compressed, in Base64
  record Tally(
      long requests,
      long failures,
      long unanswered,
      long diverted,
      long abandoned,
      long inFlight,
      Mark before,
      String latency) {

    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, Mark.NONE, "");

    Tally with(String histogram) {
      return new Tally(
          requests, failures, unanswered, diverted, abandoned, inFlight, before, histogram);
    }

    public long errors() {
      return failures + unanswered;
    }

    /// What clients saw of the errors.
    public long failed() {
      return errors() - diverted;
    }

    public long requestsSinceRouted() {
      return requests - before.requests;
    }

    public long errorsSinceRouted() {
      return errors() - before.failures - before.unanswered;
    }
  }

  /// Figures at one moment.
  record Mark(long requests, long failures, long unanswered) {
    public static final Mark NONE = new Mark(0, 0, 0);
  }
}
