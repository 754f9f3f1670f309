package dev.segue.delivery.proxy;

import dev.segue.conductor.Private;
import dev.segue.delivery.proxy.Router.DeadMan;
import dev.segue.delivery.proxy.Router.Lease;
import dev.segue.delivery.proxy.Router.Revert;
import dev.segue.delivery.proxy.Router.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes orders from conductors, remembers them on disk, and is the dead man's switch.
///
/// An order is on the disk before traffic follows it and before it is answered. The way back is the
/// other way round: traffic first, and a full disk does not stop it.
final class Director {

  private static final Logger LOG = System.getLogger(Director.class.getName());

  /// What is answered to a conductor that another one has taken over from.
  static final String STALE_EPOCH = "stale-epoch";

  private static final long WRITE_AGAIN_MILLIS = 1000;

  private final ProxyFile file;
  private final Switchboard switchboard;
  private final ScheduledExecutorService clock;
  private ProxyFile.Content content;
  private long silentSince;
  private @Nullable ScheduledFuture<?> alarm;

  Director(
      ProxyFile file,
      ProxyFile.Content content,
      Switchboard switchboard,
      ScheduledExecutorService clock) {
    this.file = file;
    this.content = content;
    this.switchboard = switchboard;
    this.clock = clock;
  }

  /// Follows what is remembered. A lease that ran out while nobody was here is acted on now, before
  /// the first request.
  ///
  /// @param found whether conductors find the router by the file as it is; a full disk does not
  ///   keep users waiting then
  synchronized void begin(boolean found) throws IOException {
    if (found) {
      remember();
    } else {
      file.write(content);
    }
    switchboard.follow(content.state());
    DeadMan armed = content.state().deadMan();
    if (armed != null) {
      long silent = Math.clamp(System.currentTimeMillis() - armed.heardAt(), 0, armed.millis());
      silentSince = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(silent);
      watch();
    }
  }

  synchronized State state() {
    return content.state();
  }

  synchronized State backend(String name, String address, String change, long epoch) {
    Address.parse(address);
    State now = admit(change, epoch);
    if (name.equals(now.active()) && !address.equals(now.activeAddress())) {
      throw new Refusal("active-backend", name + " is active at " + now.activeAddress(), null);
    }
    return accept(
        new State(
            with(now.backends(), name, address),
            now.active(),
            now.standIn(),
            now.routedAt(),
            now.epochs(),
            now.deadMan(),
            now.lastRevert()));
  }

  synchronized State route(
      String to, String address, String change, long epoch, @Nullable Lease lease) {
    Address.parse(address);
    State now = admit(change, epoch);
    Map<String, String> backends = with(now.backends(), to, address);
    if (lease != null && !backends.containsKey(lease.revertTo())) {
      throw new Refusal("unknown-backend", "no backend is called " + lease.revertTo(), null);
    }
    boolean same = to.equals(now.active()) && address.equals(now.activeAddress());
    long at = System.currentTimeMillis();
    State next =
        accept(
            new State(
                backends,
                to,
                lease == null ? null : lease.revertTo(),
                same ? now.routedAt() : at,
                now.epochs(),
                lease == null ? null : new DeadMan(lease.revertTo(), lease.millis(), at),
                same ? now.lastRevert() : null));
    LOG.log(Level.INFO, "routing to {0} at {1}, for {2} epoch {3}", to, address, change, epoch);
    heard();
    return next;
  }

  synchronized State renew(String change, long epoch) {
    State now = admit(change, epoch);
    DeadMan armed = now.deadMan();
    State next =
        accept(
            armed == null
                ? now
                : now.with(
                    new DeadMan(armed.revertTo(), armed.millis(), System.currentTimeMillis())));
    heard();
    return next;
  }

  synchronized State disarm(String change, long epoch) {
    State next = accept(admit(change, epoch).with(null));
    heard();
    return next;
  }

  /// The state with this epoch in it, unless a larger one was heard.
  private State admit(String change, long epoch) {
    State now = content.state();
    long largest = now.epoch(change);
    if (epoch < largest) {
      throw new Refusal(
          STALE_EPOCH,
          "epoch %d of %s is older than %d".formatted(epoch, change, largest),
          largest);
    }
    Map<String, Long> epochs = new HashMap<>(now.epochs());
    epochs.put(change, epoch);
    return new State(
        now.backends(),
        now.active(),
        now.standIn(),
        now.routedAt(),
        epochs,
        now.deadMan(),
        now.lastRevert());
  }

  private State accept(State next) {
    if (!next.equals(content.state())) {
      ProxyFile.Content changed = content.with(next);
      try {
        file.write(changed);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write the router's state: " + Private.words(e), e);
      }
      content = changed;
      switchboard.follow(next);
    }
    return next;
  }

  private void heard() {
    silentSince = System.nanoTime();
    watch();
  }

  private void watch() {
    if (alarm != null) {
      alarm.cancel(false);
    }
    DeadMan armed = content.state().deadMan();
    if (armed == null) {
      return;
    }
    long left = TimeUnit.MILLISECONDS.toNanos(armed.millis()) - (System.nanoTime() - silentSince);
    if (left <= 0) {
      revert(armed);
    } else {
      alarm = clock.schedule(this::silence, left, TimeUnit.NANOSECONDS);
    }
  }

  private synchronized void silence() {
    watch();
  }

  private void revert(DeadMan armed) {
    State now = content.state();
    long at = System.currentTimeMillis();
    String reason = "no conductor was heard for " + armed.millis() + " ms";
    Revert revert =
        new Revert(Objects.toString(now.active(), "none"), armed.revertTo(), at, reason);
    content =
        content.with(
            new State(now.backends(), armed.revertTo(), null, at, now.epochs(), null, revert));
    switchboard.follow(content.state());
    LOG.log(Level.WARNING, "going back from {0} to {1}: {2}", revert.from(), revert.to(), reason);
    remember();
  }

  private synchronized void remember() {
    try {
      file.write(content);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "cannot write the router''s state; trying again: {0}", Private.words(e));
      var _ = clock.schedule(this::remember, WRITE_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static Map<String, String> with(Map<String, String> map, String name, String address) {
    Map<String, String> more = new HashMap<>(map);
    more.put(name, address);
    return more;
  }

  /// An order that is understood and not carried out.
  static final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final @Nullable Long epoch;

    Refusal(String code, String message, @Nullable Long epoch) {
      super(message);
      this.code = code;
      this.epoch = epoch;
    }

    String code() {
      return code;
    }

    @Nullable Long epoch() {
      return epoch;
    }
  }
}
