package dev.segue.acceptance.checker;

import dev.segue.acceptance.checker.Operation.Read;
import dev.segue.acceptance.checker.Operation.Write;
import dev.segue.acceptance.checker.Violation.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Judges whether each key behaved as one register: as if every operation had taken effect at one
/// moment between its beginning and its end.
///
/// Every write of a key has a value of its own, so each read says which write it saw, and a write
/// with its reads is one spell in which the key had that value. A spell must come before another
/// one when one of its operations had ended before one of the other's began. There is an order of
/// all spells exactly when no two must each come before the other (Gibbons and Korach, "Testing
/// shared memories", 1997).
final class Registers {

  private Registers() {}

  /// Empty when every key behaved.
  static List<Violation> judge(Collection<Operation> history) {
    List<Violation> found = new ArrayList<>();
    history.stream()
        .collect(Collectors.groupingBy(Operation::key, LinkedHashMap::new, Collectors.toList()))
        .forEach((key, operations) -> judge(key, operations, found));
    return found;
  }

  private static void judge(String key, List<Operation> operations, List<Violation> found) {
    Map<Long, Spell> spells = new LinkedHashMap<>();
    spells.put(
        Operation.INITIAL,
        new Spell(new Write(key, Operation.INITIAL, Long.MIN_VALUE, Long.MIN_VALUE)));
    for (Operation operation : operations) {
      if (operation instanceof Write write && spells.put(write.value(), new Spell(write)) != null) {
        throw new IllegalArgumentException("written twice: " + write);
      }
    }
    for (Operation operation : operations) {
      if (operation instanceof Read read) {
        Spell spell = spells.get(read.value());
        if (spell == null) {
          found.add(new Violation(Kind.PHANTOM, read, "which nobody ever wrote"));
        } else if (read.ended() < spell.write.begun()) {
          found.add(new Violation(Kind.PHANTOM, read, "which nobody had written yet"));
        } else {
          spell.add(read);
        }
      }
    }
    compare(spells.values().stream().filter(Spell::happened).toList(), found);
  }

  private static void compare(List<Spell> spells, List<Violation> found) {
    for (int i = 0; i < spells.size(); i++) {
      for (int j = i + 1; j < spells.size(); j++) {
        Spell one = spells.get(i);
        Spell other = spells.get(j);
        if (one.mustPrecede(other) && other.mustPrecede(one)) {
          boolean first = one.firstEnd <= other.firstEnd;
          found.add(contradiction(first ? one : other, first ? other : one));
        }
      }
    }
  }

  private static Violation contradiction(Spell older, Spell newer) {
    Read read = older.lastRead;
    if (read == null) {
      throw new IllegalStateException("without a read there is no contradiction: " + older.write);
    }
    boolean lost = read.last() && newer.write.acknowledged();
    return new Violation(
        lost ? Kind.LOST : Kind.STALE,
        read,
        "though %d was %s at %.3f s"
            .formatted(
                newer.write.value(),
                newer.firstEnd == newer.write.ended() ? "acknowledged" : "seen",
                Violation.seconds(newer.firstEnd)));
  }

  /// One write and its reads.
  private static final class Spell {

    private final Write write;
    private long firstEnd;
    private long lastBegin;
    private @Nullable Read lastRead;

    Spell(Write write) {
      this.write = write;
      this.firstEnd = write.ended();
      this.lastBegin = write.begun();
    }

    void add(Read read) {
      firstEnd = Math.min(firstEnd, read.ended());
      lastBegin = Math.max(lastBegin, read.begun());
      if (lastRead == null || read.begun() >= lastRead.begun()) {
        lastRead = read;
      }
    }

    /// A write without an answer that nobody has seen may never have happened.
    boolean happened() {
      return write.acknowledged() || lastRead != null;
    }

    boolean mustPrecede(Spell other) {
      return firstEnd < other.lastBegin;
    }
  }
}
