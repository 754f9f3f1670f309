package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;

/// Where old values are kept, and how much there is of them.
///
/// @param about how many keys there are
/// @param looks at some of them
record Keeping(Task task, long about, List<Look> looks) {

  /// A hash with a longer value takes several times the memory, unless the server says otherwise.
  private static final int SHORT = 64;

  /// What a field more costs, beside itself.
  private static final int FIELD = 6;

  /// What an entry of a hash of its own costs, beside itself.
  private static final int ENTRY = 60;

  Keeping {
    looks = List.copyOf(looks);
  }

  /// From some keys of each server.
  ///
  /// @param most about how many keys are looked at
  static Keeping sampled(Server server, Task task, int most) {
    Reader reader = new Reader(server, task.names(), task.shape(), Keep.BACKUP);
    List<Look> looks = new ArrayList<>();
    Survey survey =
        Survey.of(
            server,
            task.backfill().keys().patterns(),
            most,
            keys -> looks.addAll(reader.read(keys, Reader.Kept.BESIDE).looks()));
    return new Keeping(task, survey.about(), looks);
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
      case ASIDE -> "aside, in hashes of their own (" + names.aside() + ")";
      case BACKUP -> "nowhere: the way back is the backup";
    };
  }
}
