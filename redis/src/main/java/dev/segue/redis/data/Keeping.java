package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;

/// Where old values are kept, and how much there is of them.
///
/// @param about how many keys there are
/// @param example one of them; blank: there is none
/// @param names how long they are, of some of them
/// @param packed how long their values are, as they are kept
record Keeping(
    Task task,
    long about,
    String example,
    LongSummaryStatistics names,
    LongSummaryStatistics packed) {

  /// A hash with a longer value takes several times the memory, unless the server says otherwise.
  private static final int SHORT = 64;

  /// What a field more costs, beside itself.
  private static final int FIELD = 6;

  /// What an entry of a hash of its own costs, beside itself.
  private static final int ENTRY = 60;

  /// From some keys of each server.
  ///
  /// @param most about how many keys are looked at
  static Keeping sampled(Server server, Task task, int most) {
    Shape shape = task.shape();
    Reader reader = new Reader(server, task.names(), shape, Keep.BACKUP);
    List<String> examples = new ArrayList<>();
    LongSummaryStatistics names = new LongSummaryStatistics();
    LongSummaryStatistics packed = new LongSummaryStatistics();
    Survey survey =
        Survey.of(
            server,
            task.backfill().keys().patterns(),
            most,
            keys -> {
              for (List<String> some : reader.lots(keys)) {
                for (Look look : reader.read(some, Reader.Kept.BESIDE).looks()) {
                  if (examples.isEmpty()) {
                    examples.add(look.key());
                  }
                  names.accept(look.key().length());
                  packed.accept(packed(shape, look));
                }
              }
            });
    return new Keeping(task, survey.about(), String.join("", examples), names, packed);
  }

  private static long packed(Shape shape, Look look) {
    return look.stored() == null ? 0 : shape.packed(look.stored()).length();
  }

  /// How many were looked at.
  long looked() {
    return packed.getCount();
  }

  /// How large one value is, about.
  double size() {
    return packed.getAverage();
  }

  /// Beside the value where it stays small there.
  Keep chosen() {
    Keep asked = task.backfill().keep();
    boolean hash = task.shape().hash();
    return switch (asked) {
      case BACKUP, ASIDE -> asked;
      case BESIDE -> hash ? asked : Keep.ASIDE;
      case AUTO -> hash && packed.getMax() <= SHORT ? Keep.BESIDE : Keep.ASIDE;
    };
  }

  /// Memory that is needed until nothing is kept any more.
  long bytes() {
    if (looked() == 0 || chosen() == Keep.BACKUP) {
      return 0;
    }
    double each =
        chosen() == Keep.BESIDE
            ? size() + task.names().sibling().length() + FIELD
            : size() + names.getAverage() + ENTRY;
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
