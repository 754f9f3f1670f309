package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;

/// Where old values are kept, and how much there is of them.
///
/// @param about how many keys there are
/// @param exact whether that was counted
/// @param looks at some of them
/// @param others of those, how many hold something else
record Keeping(Task task, long about, boolean exact, List<Look> looks, int others) {

  /// A hash with a longer value takes several times the memory, unless the server says otherwise.
  private static final int SHORT = 64;

  /// What a field more costs, beside itself.
  private static final int FIELD = 6;

  /// What an entry of a hash of its own costs, beside itself.
  private static final int ENTRY = 60;

  private static final int SCANNED = 1_000;
  private static final int SCANS = 20;

  Keeping {
    looks = List.copyOf(looks);
  }

  /// From some keys of each server.
  ///
  /// @param most about how many keys are looked at
  static Keeping sampled(Server server, Task task, int most) {
    Reader reader = new Reader(server, task.names(), task.shape(), Keep.BACKUP);
    List<Look> looks = new ArrayList<>();
    double about = 0;
    boolean exact = true;
    int others = 0;
    int parts = server.primaries().size() * task.backfill().keys().patterns().size();
    for (Server.Primary primary : server.primaries()) {
      for (String pattern : task.backfill().keys().patterns()) {
        Scanned scanned = Scanned.of(primary.node(), Raw.of(pattern), Math.max(1, most / parts));
        about += scanned.about();
        exact &= scanned.whole();
        Reader.Read read = reader.read(scanned.keys(), false);
        looks.addAll(read.looks());
        others += read.others();
      }
    }
    return new Keeping(task, Math.round(about), exact, looks, others);
  }

  /// Some keys of a server.
  ///
  /// @param about how many there are like them
  /// @param whole whether these are all
  private record Scanned(List<String> keys, double about, boolean whole) {

    static Scanned of(Node node, String pattern, int most) {
      List<String> keys = new ArrayList<>();
      String cursor = Checkpoint.START;
      long looked = 0;
      do {
        List<Answer> page =
            node.one(Call.of("SCAN", cursor, "MATCH", pattern, "COUNT", Integer.toString(SCANNED)))
                .parts();
        cursor = page.getFirst().words();
        page.getLast().parts().stream()
            .map(Answer::words)
            .filter(key -> !key.startsWith(Names.OWN))
            .forEach(keys::add);
        looked += SCANNED;
      } while (!cursor.equals(Checkpoint.START)
          && keys.size() < most
          && looked < (long) SCANS * SCANNED);
      boolean whole = cursor.equals(Checkpoint.START);
      long all = node.one(Call.of("DBSIZE")).number();
      double about = whole ? keys.size() : (double) all * keys.size() / looked;
      return new Scanned(
          keys.size() > most ? keys.subList(0, most) : keys, about, whole && keys.size() <= most);
    }
  }

  /// Beside the value where it stays small there.
  Keep chosen() {
    Keep asked = task.backfill().keep();
    boolean hash = task.shape().hash();
    return switch (asked) {
      case BACKUP, ASIDE -> asked;
      case BESIDE -> hash ? asked : Keep.ASIDE;
      case AUTO -> hash && longest() <= SHORT ? Keep.BESIDE : Keep.ASIDE;
    };
  }

  private int longest() {
    return looks.stream().mapToInt(this::packed).max().orElse(0);
  }

  private int packed(Look look) {
    return look.stored() == null ? 0 : task.shape().packed(look.stored()).length();
  }

  /// Memory that is needed until nothing is kept any more.
  long bytes() {
    if (looks.isEmpty() || chosen() == Keep.BACKUP) {
      return 0;
    }
    double mean = looks.stream().mapToInt(this::packed).average().orElse(0);
    double key = looks.stream().mapToInt(look -> look.key().length()).average().orElse(0);
    double each =
        chosen() == Keep.BESIDE
            ? mean + task.names().sibling().length() + FIELD
            : mean + key + ENTRY;
    return Math.round(about * each);
  }

  static String words(Keep keep, Names names) {
    return switch (keep) {
      case AUTO -> "chosen by size";
      case BESIDE -> "beside the value, in the field " + names.sibling();
      case ASIDE -> "aside, in the hashes " + names.buckets();
      case BACKUP -> "nowhere: the way back is the backup";
    };
  }
}
