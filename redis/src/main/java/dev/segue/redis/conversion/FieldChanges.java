package dev.segue.redis.conversion;

import dev.segue.change.ValueChange;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/// Changes that need no expression: rename, set, remove.
final class FieldChanges {

  private FieldChanges() {}

  /// Whoever still writes the old name has written last: its value goes before one of the new name.
  ///
  /// @param hash whose fields have no parents
  record Rename(String from, String to, boolean hash) implements Operation {

    @Override
    public Set<String> names() {
      return Set.of(from, parent() + to);
    }

    private String parent() {
      return hash ? "" : from.substring(0, from.lastIndexOf('.') + 1);
    }

    @Override
    public void up(Draft draft, Repair repair) throws Unfit {
      draft.rename(from, to);
    }

    @Override
    public void down(Draft draft) throws Unfit {
      draft.rename(parent() + to, from.substring(parent().length()));
    }

    @Override
    public void forms(Draft draft, Consumer<Conversion.Form> found) throws Unfit {
      present(draft, from, found);
    }
  }

  record SetField(String field, Value value, boolean always) implements Operation {

    SetField(ValueChange.SetField change, Value value) {
      this(change.field(), value, change.always());
    }

    @Override
    public Set<String> names() {
      return Set.of(field);
    }

    @Override
    public void up(Draft draft, Repair repair) throws Unfit {
      Value now = draft.get(field);
      if (now == null || (always && !now.shown().equals(value.shown()))) {
        draft.set(field, value);
      }
    }

    /// What it was before is not known where it may have been there.
    @Override
    public void down(Draft draft) throws Unfit {
      Value now = draft.get(field);
      if (!always && now != null && now.shown().equals(value.shown())) {
        draft.remove(field);
      }
    }

    @Override
    public void forms(Draft draft, Consumer<Conversion.Form> found) throws Unfit {
      Value now = draft.get(field);
      String shown = now == null ? "" : now.shown();
      boolean done = now != null && (!always || shown.equals(value.shown()));
      found.accept(new Conversion.Form(field, done ? "new" : "old", shown, true));
    }
  }

  record Remove(String field) implements Operation {

    @Override
    public Set<String> names() {
      return Set.of(field);
    }

    @Override
    public void up(Draft draft, Repair repair) throws Unfit {
      draft.remove(field);
    }

    /// The old version does without it, too, in what the new one has written.
    @Override
    public void down(Draft draft) {}

    @Override
    public void forms(Draft draft, Consumer<Conversion.Form> found) throws Unfit {
      present(draft, field, found);
    }
  }

  /// Old as long as the field is there.
  private static void present(Draft draft, String field, Consumer<Conversion.Form> found)
      throws Unfit {
    draft.each(
        List.of(field),
        (name, value) -> {
          found.accept(
              new Conversion.Form(name, "old", Objects.requireNonNull(value).shown(), true));
          return value;
        });
  }
}
