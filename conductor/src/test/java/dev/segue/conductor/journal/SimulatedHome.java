package dev.segue.conductor.journal;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.journal.SimulatedStore.Hands;
import dev.segue.conductor.journal.SimulatedStore.Writing;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// A home as one simulated conductor sees it: the store, and the troubles on the way to it.
public record SimulatedHome(SimulatedStore store, Hands hands) implements Home {

  @Override
  public String describe() {
    return "simulated";
  }

  @Override
  public List<String> changes() {
    return List.of();
  }

  @Override
  public List<String> runs(String change) {
    hands.touch("list runs");
    return store.runs();
  }

  @Override
  public List<Entry> read(String run) {
    hands.touch("read " + run);
    return store.read(run);
  }

  @Override
  public Optional<Holder> holder(String change) {
    return store.holder(hands.now());
  }

  @Override
  public Lease take(String change) {
    hands.touch("take the lease");
    long epoch = store.take(hands, change);
    Lease lease = new SimulatedLease(change, epoch);
    hands.touch("took the lease, epoch " + epoch);
    return lease;
  }

  @Override
  public void request(String run, Request request) {
    hands.touch("request " + request.kind());
    store.requests.computeIfAbsent(run, _ -> new LinkedHashMap<>()).put(request.id(), request);
  }

  @Override
  public List<Request> requests(String run) {
    return List.copyOf(store.requests.getOrDefault(run, java.util.Map.of()).values());
  }

  @Override
  public Optional<Ended> lastEnded(String otherThanChange) {
    return Optional.empty();
  }

  @Override
  public void close() {}

  private final class SimulatedLease implements Lease {

    private final String change;
    private final long epoch;

    SimulatedLease(String change, long epoch) {
      this.change = change;
      this.epoch = epoch;
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public String begin() {
      check();
      return new RunId(change, store.runs().size() + 1).toString();
    }

    @Override
    public Entry append(String run, String kind, String body) {
      hands.touch("append " + kind);
      Chain.checkText(kind, body);
      check();
      Entry entry = Chain.next(run, store.last(run), epoch, hands.now(), kind, body);
      switch (hands.writing(kind)) {
        case DURABLE -> store.write(run, entry, false);
        case REFUSED -> throw trouble("journal-full");
        case UNANSWERED -> {
          store.write(run, entry, false);
          throw trouble("journal-unreachable");
        }
        case TORN -> {
          store.write(run, entry, true);
          hands.touch("torn");
          throw new IllegalStateException("nobody writes on after the power went");
        }
      }
      hands.touch("appended " + kind);
      return entry;
    }

    @Override
    public Optional<Entry> tryAppend(String run, String kind, String body) {
      hands.touch("try to append " + kind);
      return hands.writing(kind) == Writing.REFUSED
          ? Optional.empty()
          : Optional.of(append(run, kind, body));
    }

    private static SegueException trouble(String code) {
      return new SegueException(Kind.EXTERNAL, code, "simulated", null);
    }

    @Override
    public void end(String run, String outcome) {
      hands.touch("end " + run);
      check();
      if (hands.writing("end") == Writing.REFUSED) {
        throw trouble("journal-full");
      }
      store.ended.put(run, new Ended(change, run, hands.now(), outcome));
      hands.touch("ended " + run);
    }

    @Override
    public void check() {
      if (!store.holds(hands, epoch)) {
        throw new FencedException("Another conductor has taken over (this one had " + epoch + ")");
      }
    }

    @Override
    public void check(Connection connection) {
      check();
    }

    @Override
    public void close() {
      hands.touch("give the lease back");
      store.giveBack(hands, epoch);
    }
  }
}
