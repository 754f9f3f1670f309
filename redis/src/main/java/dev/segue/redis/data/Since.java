package dev.segue.redis.data;

import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Conversion.Already;
import dev.segue.redis.conversion.Conversion.Converted;
import dev.segue.redis.conversion.Conversion.Failed;
import dev.segue.redis.conversion.Conversion.Result;
import dev.segue.redis.conversion.Part;
import dev.segue.redis.conversion.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The old form of a value that somebody has written since, in whole or in part. Each part is
/// decided by itself: what nobody touched is what was kept, what is in the old form stays, the rest
/// is converted back. Pure.
record Since(List<Part> parts) {

  private static final Result AS_IT_IS = new Already();

  Since {
    parts = List.copyOf(parts);
  }

  /// What is kept.
  ///
  /// @param made what was made of it
  record Kept(Stored old, Stored made) {}

  /// What the old form is.
  ///
  /// @param stored in which parts that cannot be had back are as they are
  /// @param stuck those parts
  /// @param failed why the first of them; null: there is none
  record Was(Stored stored, List<Part> stuck, @Nullable Failed failed) {
    Was {
      stuck = List.copyOf(stuck);
    }
  }

  Was of(Stored now, @Nullable Kept kept) {
    Stored is = now;
    List<Part> stuck = new ArrayList<>();
    Failed first = null;
    for (Part part : parts) {
      switch (kept == null ? written(part, is, now, null) : part(part, is, now, kept)) {
        case Already _ -> {}
        case Converted before -> is = before.now();
        case Failed failed -> {
          stuck.add(part);
          first = first == null ? failed : first;
        }
      }
    }
    return new Was(is, stuck, first);
  }

  /// What is to be kept of it from now on: of a part that cannot be had back, what was.
  Stored keeping(Stored now, Kept kept) {
    Was was = of(now, kept);
    Stored old = was.stored();
    for (Part part : was.stuck()) {
      old = part.with(old, part.values(kept.old())).orElse(old);
    }
    return old;
  }

  private static Result part(Part part, Stored is, Stored now, Kept kept) {
    Map<String, String> values = part.values(is);
    if (values.equals(part.values(kept.old()))) {
      return AS_IT_IS;
    }
    return values.equals(part.values(kept.made()))
        ? restored(part, is, now, kept)
        : written(part, is, now, kept);
  }

  /// Nobody touched it. What was taken away is put back where it was, as far as that can be told.
  private static Result restored(Part part, Stored is, Stored now, Kept kept) {
    Map<String, String> old = part.values(kept.old());
    Stored base = is;
    if (!part.values(is).keySet().equals(old.keySet())
        && part.conversion().down(is) instanceof Converted down) {
      base = down.now();
    }
    if (!part.values(base).keySet().equals(old.keySet()) && !part.samePlaces(now, kept.made())) {
      return anotherList(part, is);
    }
    return with(part, base, old);
  }

  private static Failed anotherList(Part part, Stored is) {
    return new Failed(
        "", shown(part, is), "list-changed", "the list it was taken from is another one now");
  }

  private static Result with(Part part, Stored stored, Map<String, String> values) {
    return part.with(stored, values)
        .<Result>map(old -> new Converted(old, 0))
        .orElseGet(() ->
            new Failed(
                "", shown(part, stored), "no-parent", "there is no object to put it back into"));
  }

  /// Somebody wrote it, or something of it.
  private static Result written(Part part, Stored is, Stored now, @Nullable Kept kept) {
    Conversion conversion = part.conversion();
    Result up = conversion.up(is);
    if (up instanceof Failed failed) {
      // Of none of the forms: left to whoever wrote it.
      return kept == null || part.values(kept.old()).isEmpty() ? AS_IT_IS : failed;
    }
    Stored next = up instanceof Converted converted ? converted.now() : is;
    if (up instanceof Converted && allDiffer(part.values(is), part.values(next))) {
      return AS_IT_IS;
    }
    Result down = conversion.down(next);
    if (down instanceof Failed failed) {
      boolean old = up instanceof Converted && conversion.down(is) instanceof Already;
      return old ? AS_IT_IS : failed;
    }
    Stored base = down instanceof Converted converted ? converted.now() : next;
    Map<String, String> values = overlaid(part, is, next, base, kept);
    boolean alike = values.keySet().equals(part.values(is).keySet());
    boolean more = !part.values(base).keySet().containsAll(values.keySet());
    if (!alike && more && kept != null && !part.samePlaces(now, kept.made())) {
      return anotherList(part, is);
    }
    Result old = with(part, alike ? is : base, values);
    return old instanceof Converted same && same.now().equals(is) ? AS_IT_IS : old;
  }

  /// Whether all of it is in the old form: then there is nothing to convert back.
  private static boolean allDiffer(Map<String, String> is, Map<String, String> next) {
    return is.keySet().equals(next.keySet())
        && is.entrySet().stream()
            .noneMatch(each -> each.getValue().equals(next.get(each.getKey())));
  }

  /// Place by place.
  ///
  /// @param next the new form of what is
  /// @param down the old form of that
  private static Map<String, String> overlaid(
      Part part, Stored is, Stored next, Stored down, @Nullable Kept kept) {
    Map<String, String> now = part.values(is);
    Map<String, String> up = part.values(next);
    Map<String, String> back = part.values(down);
    Map<String, String> untouched = kept == null ? Map.of() : untouched(part, up, back, kept);
    Map<String, String> all = new TreeMap<>();
    untouched.forEach((place, text) -> {
      if (!up.containsKey(place)) {
        all.put(place, text);
      }
    });
    now.forEach((place, text) -> {
      if (!up.containsKey(place)) {
        all.put(place, text);
      }
    });
    back.forEach((place, text) -> {
      String written = now.get(place);
      all.put(
          place,
          written != null && !written.equals(up.get(place))
              ? written
              : untouched.getOrDefault(place, text));
    });
    return all;
  }

  /// What was kept of places that still are, or still go back to, what they did when it was: of one
  /// that was taken away, to nothing.
  private static Map<String, String> untouched(
      Part part, Map<String, String> up, Map<String, String> back, Kept kept) {
    Map<String, String> made = part.values(kept.made());
    Map<String, String> madeBack =
        part.conversion().down(kept.made()) instanceof Converted down
            ? part.values(down.now())
            : made;
    Map<String, String> untouched = new TreeMap<>();
    part.values(kept.old())
        .forEach((place, text) -> {
          String is = up.get(place);
          boolean same =
              is == null
                  ? Objects.equals(madeBack.get(place), back.get(place))
                  : is.equals(made.get(place));
          if (same) {
            untouched.put(place, text);
          }
        });
    return untouched;
  }

  private static String shown(Part part, Stored stored) {
    return part.values(stored).toString();
  }
}
