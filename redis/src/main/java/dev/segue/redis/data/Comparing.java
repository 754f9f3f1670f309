package dev.segue.redis.data;

import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Mismatch;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Stored;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What keys are after a run, counted. Of a value whose old one is kept, a run writes nothing but
/// what that becomes: another one in the new form was written since, by somebody else. Not for
/// several threads.
final class Comparing {

  private static final int MOST_LISTED = 1_000;

  private final Task task;
  private final Server server;
  private final Looking looking;
  private final boolean values;
  private final Reader reader;
  private final List<Mismatch> written = new ArrayList<>();
  private long looked;
  private long compared;
  private long since;
  private long left;
  private long listed;

  /// @param values whether they are compared with what is kept of the old ones
  Comparing(Task task, Server server, Keep keep, Looking looking, boolean values) {
    this.task = task;
    this.server = server;
    this.looking = looking;
    this.values = values;
    this.reader = new Reader(server, task.names(), task.shape(), keep);
  }

  void compare(List<String> keys) {
    reader.lots(keys).forEach(this::few);
  }

  private void few(List<String> keys) {
    List<String> unfit = new ArrayList<>();
    for (Look look : reader.read(keys, values ? Reader.Kept.READ : Reader.Kept.BESIDE).looks()) {
      Stored is = look.stored();
      switch (is == null ? null : task.conversion().up(is)) {
        case null -> unfit.add(look.key());
        case Conversion.Failed _ -> unfit.add(look.key());
        case Conversion.Converted _ -> {
          left++;
          compared++;
        }
        case Conversion.Already _ -> compare(look);
      }
    }
    left += unfit.size();
    compared += unfit.size();
    listed += listed(unfit);
    looked += keys.size();
    looking.progress().at("comparing keys: %,d".formatted(looked), Double.NaN);
  }

  private void compare(Look look) {
    Stored is = look.stored();
    Stored old = look.old();
    if (!values) {
      compared++;
    } else if (old != null) {
      compared++;
      Stored expected =
          task.conversion().up(old) instanceof Conversion.Converted made ? made.now() : old;
      if (!expected.equals(is)) {
        since++;
        list(look.key(), fields(is), fields(expected));
      }
    }
  }

  /// How many of those that cannot be converted the run has listed.
  private long listed(List<String> keys) {
    if (keys.isEmpty()) {
      return 0;
    }
    String failed = task.names().failed();
    List<Answer> answers =
        server.all(keys.stream().map(key -> Call.at(failed, "HEXISTS", key)).toList());
    return answers.stream().filter(answer -> answer.said() instanceof Long n && n > 0).count();
  }

  private void list(String key, Map<String, String> found, Map<String, String> wanted) {
    TreeSet<String> all = new TreeSet<>(found.keySet());
    all.addAll(wanted.keySet());
    for (String field : all) {
      String a = found.get(field);
      String b = wanted.get(field);
      if (!Objects.equals(a, b) && written.size() < MOST_LISTED) {
        written.add(new Mismatch(Raw.shown(key), field, a == null ? "" : a, b == null ? "" : b));
      }
    }
  }

  private static Map<String, String> fields(@Nullable Stored stored) {
    return switch (stored) {
      case null -> Map.of();
      case Stored.Hash hash -> hash.fields();
      case Stored.Json json -> Map.of("", json.text());
    };
  }

  /// @param items how many keys there are
  /// @param lists whether there is a list of those that a run could not convert
  Verification found(long items, boolean lists) {
    return new Verification(
        items,
        looked,
        compared,
        0,
        since,
        left,
        lists ? listed : null,
        List.of(),
        List.copyOf(written));
  }
}
