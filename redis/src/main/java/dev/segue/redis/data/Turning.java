package dev.segue.redis.data;

import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Conversion.Already;
import dev.segue.redis.conversion.Conversion.Converted;
import dev.segue.redis.conversion.Conversion.Failed;
import dev.segue.redis.conversion.Stored;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is to be done with a value, there and back. Pure.
///
/// The old value is kept when the new one is written. A value that was in the new form at the first
/// look is kept, too: so the way back can tell it from one that was written since.
///
/// @param keeps whether old values are kept
record Turning(Conversion conversion, boolean keeps) {

  /// What is to be done.
  sealed interface Move {}

  /// Nothing.
  ///
  /// @param ours it has the new form because it was given it earlier
  record Rest(boolean ours) implements Move {}

  /// @param now null: as it is
  /// @param kept what is kept from now on; null: nothing
  /// @param counts whether the value itself changes; else only what is kept
  record Write(@Nullable Stored now, @Nullable Stored kept, int replaced, boolean counts)
      implements Move {}

  record Bad(Failed failed) implements Move {}

  private static final Move REST = new Rest(false);

  /// @param kept null: nothing
  /// @param first whether this is the first look at the keys
  Move forward(Stored now, @Nullable Stored kept, boolean first) {
    return switch (conversion.up(now)) {
      case Failed failed -> new Bad(failed);
      case Already _ -> already(now, kept, first);
      case Converted made -> converted(now, kept, made);
    };
  }

  private Move already(Stored now, @Nullable Stored kept, boolean first) {
    if (kept != null) {
      return new Rest(!kept.equals(now));
    }
    boolean mark = first && keeps && !settled(now);
    return mark ? new Write(null, now, 0, false) : REST;
  }

  private Move converted(Stored now, @Nullable Stored kept, Converted made) {
    if (!(conversion.up(made.now()) instanceof Already)) {
      return new Bad(
          new Failed(
              "", shown(now), "never-done", "what it becomes would be changed again by the same"));
    }
    Stored old = now;
    if (kept != null && was(now, kept) instanceof Converted before) {
      old = before.now();
    }
    return new Write(made.now(), keeps ? old : null, made.replaced(), true);
  }

  /// Back to the kept value where it still is what was made of it, else to the old form of what was
  /// written since.
  Move back(Stored now, @Nullable Stored kept) {
    Stored target = now;
    if (kept != null && (now.equals(kept) || now.equals(made(kept)))) {
      target = kept;
    } else {
      switch (was(now, kept)) {
        case Converted before -> target = before.now();
        case Already _ -> {}
        case Failed failed -> {
          return new Bad(failed);
        }
      }
    }
    Stored still = kept == null || settled(target) ? null : target;
    if (target.equals(now)) {
      return Objects.equals(still, kept) ? REST : new Write(null, still, 0, false);
    }
    return new Write(target, still, 0, true);
  }

  /// Whether the way back leaves it alone even if nothing is kept.
  private boolean settled(Stored value) {
    return !(was(value, null) instanceof Converted before) || before.now().equals(value);
  }

  private Stored made(Stored kept) {
    return conversion.up(kept) instanceof Converted made ? made.now() : kept;
  }

  /// The old form of a value that somebody wrote since: of its fields those that are in the old
  /// form as they are, those that nobody touched as they were, the others converted back.
  private Conversion.Result was(Stored now, @Nullable Stored kept) {
    return switch (conversion.up(now)) {
      case Failed _ -> untouched(now, kept);
      case Already _ -> was(now, now, kept);
      // A document is written as a whole: this one in the old form.
      case Converted up -> now instanceof Stored.Json ? new Already() : was(now, up.now(), kept);
    };
  }

  /// Neither of us nor in the old form, as a whole: of a hash, the fields that nobody touched since
  /// are as they were, and the others are left to whoever wrote them.
  private Conversion.Result untouched(Stored now, @Nullable Stored kept) {
    if (kept == null || !(now instanceof Stored.Hash hash)) {
      return new Already();
    }
    Map<String, String> old = fields(kept);
    Map<String, String> made = fields(made(kept));
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(made.keySet());
    Map<String, String> fields = new TreeMap<>(hash.fields());
    for (String name : names) {
      if (Objects.equals(fields.get(name), made.get(name))) {
        fields.compute(name, (_, _) -> old.get(name));
      }
    }
    return fields.equals(hash.fields()) ? new Already() : new Converted(new Stored.Hash(fields), 0);
  }

  private Conversion.Result was(Stored now, Stored next, @Nullable Stored kept) {
    return switch (now) {
      case Stored.Json _ -> conversion.down(now);
      case Stored.Hash hash ->
          switch (conversion.down(next)) {
            case Failed failed -> failed;
            case Already _ -> new Converted(overlaid(hash, fields(next), fields(next), kept), 0);
            case Converted down ->
                new Converted(overlaid(hash, fields(next), fields(down.now()), kept), 0);
          };
    };
  }

  private Stored overlaid(
      Stored.Hash now, Map<String, String> next, Map<String, String> down, @Nullable Stored kept) {
    Map<String, String> old = kept == null ? Map.of() : fields(kept);
    Map<String, String> made = kept == null ? Map.of() : fields(made(kept));
    Map<String, String> fields = new TreeMap<>();
    down.forEach((field, converted) -> {
      String is = now.fields().get(field);
      String same = next.get(field);
      if (is != null && !is.equals(same)) {
        fields.put(field, is);
      } else if (same != null && same.equals(made.get(field)) && old.containsKey(field)) {
        fields.put(field, old.getOrDefault(field, converted));
      } else {
        fields.put(field, converted);
      }
    });
    return new Stored.Hash(fields);
  }

  private static Map<String, String> fields(Stored stored) {
    return switch (stored) {
      case Stored.Hash hash -> hash.fields();
      case Stored.Json _ -> Map.of();
    };
  }

  private static String shown(Stored stored) {
    return switch (stored) {
      case Stored.Hash hash -> hash.fields().toString();
      case Stored.Json json -> json.text();
    };
  }
}
