package dev.segue.conductor.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What outlives every simulated conductor: the lease, and the journals byte for byte as a file has
/// them, so that a torn record is a torn record.
public final class SimulatedStore {

  private static final Path NOWHERE = Path.of("simulated");
  private static final Duration TTL = Duration.ofSeconds(15);

  /// One that reads and writes here. All of it may be cut, stopped or refused at any moment.
  public interface Hands {

    /// Passed before and after everything; whoever is killed does not come back from here.
    void touch(String where);

    /// What becomes of a record.
    Writing writing(String kind);

    Instant now();

    /// Whether others on its machine can see that it is dead.
    boolean seenDead();
  }

  /// What becomes of a record that is to be written.
  public enum Writing {
    DURABLE,
    /// Refused; nothing of it is there.
    REFUSED,
    /// Durable, and the answer was lost.
    UNANSWERED,
    /// The power went: some bytes of it are there.
    TORN
  }

  /// Told of every record that is durable.
  public interface Witness {
    void recorded(String run, Entry entry);
  }

  record Taken(long epoch, Hands by, Instant heardAt) {}

  private final Map<String, Journal> journals = new LinkedHashMap<>();
  final Map<String, Ended> ended = new LinkedHashMap<>();
  final Map<String, Map<String, Request>> requests = new LinkedHashMap<>();
  private final Witness witness;
  private long epoch;
  private @Nullable Taken taken;

  public SimulatedStore(Witness witness) {
    this.witness = witness;
  }

  /// The newest epoch given out; what a database compares inside a transaction.
  public long epoch() {
    return epoch;
  }

  /// Whether this one's lease still stands.
  boolean holds(Hands hands, long its) {
    return taken != null && taken.by.equals(hands) && taken.epoch == its;
  }

  public boolean heldBy(Hands hands) {
    return taken != null && taken.by.equals(hands);
  }

  /// A live conductor's heart beats by itself.
  public void heard(Hands hands) {
    if (taken != null && taken.by.equals(hands)) {
      taken = new Taken(taken.epoch, hands, hands.now());
    }
  }

  Optional<Holder> holder(Instant now) {
    Taken t = taken;
    if (t == null) {
      return Optional.empty();
    }
    boolean live = !t.by.seenDead() && now.isBefore(t.heardAt.plus(TTL));
    return Optional.of(new Holder("sim", 1, "sim", t.epoch, t.heardAt, t.heardAt, live));
  }

  long take(Hands hands, String change) {
    Optional<Holder> live = holder(hands.now()).filter(Holder::live);
    if (live.isPresent()) {
      throw LeaseHeldException.by(change, live.get());
    }
    epoch++;
    taken = new Taken(epoch, hands, hands.now());
    return epoch;
  }

  void giveBack(Hands hands, long its) {
    if (holds(hands, its)) {
      taken = null;
    }
  }

  List<Entry> read(String run) {
    Journal journal = journals.get(run);
    if (journal == null) {
      throw RunId.unknown(run);
    }
    return journal.entries(run);
  }

  /// What lies on the disk is what everybody was told.
  public boolean sound() {
    return journals.entrySet().stream()
        .allMatch(j -> j.getValue().parse(j.getKey()).equals(j.getValue().entries));
  }

  @Nullable Entry last(String run) {
    Journal journal = journals.get(run);
    return journal == null || journal.entries.isEmpty() ? null : journal.entries.getLast();
  }

  /// Adds the record, or what the power left of it.
  void write(String run, Entry entry, boolean torn) {
    byte[] line = RunFile.line(entry);
    journals
        .computeIfAbsent(run, _ -> new Journal())
        .add(line, torn ? line.length / 2 : line.length);
    if (!torn) {
      journals.get(run).close(entry);
      witness.recorded(run, entry);
    }
  }

  /// Those with a whole record.
  List<String> runs() {
    return journals.entrySet().stream()
        .filter(j -> !j.getValue().entries.isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /// A file, and how much of it is whole lines.
  private static final class Journal {

    byte[] bytes = new byte[1 << 14];
    int length;
    int whole;
    boolean torn;
    final List<Entry> entries = new ArrayList<>();

    List<Entry> parse(String run) {
      return RunFile.parse(NOWHERE, run, Arrays.copyOf(bytes, length)).entries();
    }

    /// Read from the bytes after the power went; else known.
    List<Entry> entries(String run) {
      return torn ? parse(run) : List.copyOf(entries);
    }

    void add(byte[] line, int n) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length, 2 * (whole + n)));
      System.arraycopy(line, 0, bytes, whole, n);
      length = whole + n;
      torn = true;
    }

    void close(Entry entry) {
      whole = length;
      torn = false;
      entries.add(entry);
    }
  }
}
