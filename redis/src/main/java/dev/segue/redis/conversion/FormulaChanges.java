package dev.segue.redis.conversion;

import dev.segue.change.ValueChange;
import dev.segue.watch.Formula;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Changes by an expression: convert, split, merge.
final class FormulaChanges {

  private FormulaChanges() {}

  private static Map<String, Formula> compiled(
      Map<String, String> texts, ValueChange change, String key) {
    Map<String, Formula> formulas = new LinkedHashMap<>();
    texts.forEach(
        (field, text) -> formulas.put(field, Expressions.compile(text, change.where(), key)));
    return formulas;
  }

  private static Map<String, Value> values(
      Map<String, Formula> formulas, @Nullable Value value, Draft draft, Repair repair)
      throws Unfit {
    Map<String, Value> values = new LinkedHashMap<>();
    for (Map.Entry<String, Formula> entry : formulas.entrySet()) {
      Value result;
      try {
        result = Expressions.value(entry.getValue(), entry.getKey(), value, draft);
      } catch (Unfit e) {
        result = repair.of(e);
      }
      values.put(entry.getKey(), result);
    }
    return values;
  }

  private static void set(Map<String, Value> values, Draft draft) throws Unfit {
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      draft.set(entry.getKey(), entry.getValue());
    }
  }

  private static Set<String> named(Set<String> one, Set<String> two, Iterable<Formula> formulas) {
    Set<String> names = new TreeSet<>(one);
    names.addAll(two);
    names.addAll(Expressions.fields(formulas));
    return names;
  }

  /// One value becomes another, told by `done` from what it was.
  record Convert(String field, Formula up, @Nullable Formula down, Formula done)
      implements Operation {

    Convert(ValueChange.Convert change) {
      this(
          change.field(),
          Expressions.compile(change.up(), change.where(), "up"),
          change.down() == null ? null : Expressions.compile(change.down(), change.where(), "down"),
          Expressions.compile(change.done(), change.where(), "done"));
      if (!done.variables().stream().allMatch(Expressions.VALUE::equals)) {
        throw Expressions.wrong(
            change.where(), "done", "only 'value' tells whether a value is done");
      }
    }

    @Override
    public Set<String> names() {
      List<Formula> formulas = new ArrayList<>(List.of(up));
      if (down != null) {
        formulas.add(down);
      }
      return named(Set.of(field), Set.of(), formulas);
    }

    @Override
    public void up(Draft draft, Repair repair) throws Unfit {
      draft.each(
          List.of(field),
          (name, value) -> {
            if (isDone(value, draft)) {
              return value;
            }
            try {
              return converted(value, draft);
            } catch (Unfit e) {
              return repair.of(e);
            }
          });
    }

    private Value converted(Value value, Draft draft) throws Unfit {
      Value after = Expressions.value(up, field, value, draft);
      if (!isDone(after, draft)) {
        throw new Unfit(
            field,
            value.shown(),
            "not-done",
            "'up' makes '%s' of it, of which 'done' says that it is not done"
                .formatted(after.shown()));
      }
      return after;
    }

    /// What `done` cannot be asked about is not done.
    boolean isDone(Value value, Draft draft) {
      Value seen = draft.typed() ? value : new Value.Text(value.shown());
      try {
        return Expressions.value(done, field, seen, draft).shown().equals("true");
      } catch (Unfit e) {
        return false;
      }
    }

    @Override
    public void down(Draft draft) throws Unfit {
      draft.each(
          List.of(field),
          (name, value) -> {
            if (!isDone(value, draft)) {
              return value;
            }
            if (down == null) {
              throw new Unfit(
                  name,
                  value.shown(),
                  "no-way-back",
                  "it was written in the new form, and the change file has no 'down' for it");
            }
            return Expressions.value(down, name, value, draft);
          });
    }

    @Override
    public void forms(Draft draft, Consumer<Conversion.Form> found) throws Unfit {
      draft.each(
          List.of(field),
          (name, value) -> {
            found.accept(
                isDone(value, draft)
                    ? new Conversion.Form(name, "new", value.shown(), true)
                    : form(name, value, () -> converted(value, draft)));
            return value;
          });
    }
  }

  /// One field becomes several.
  record Split(String field, Map<String, Formula> into, Formula back) implements Operation {

    Split(ValueChange.Split change) {
      this(
          change.field(),
          compiled(change.into(), change, "into"),
          Expressions.compile(change.down(), change.where(), "down"));
    }

    @Override
    public Set<String> names() {
      List<Formula> formulas = new ArrayList<>(into.values());
      formulas.add(back);
      return named(Set.of(field), into.keySet(), formulas);
    }

    @Override
    public void up(Draft draft, Repair repair) throws Unfit {
      Value value = draft.get(field);
      if (value != null) {
        Map<String, Value> parts = values(into, value, draft, repair);
        draft.remove(field);
        set(parts, draft);
      }
    }

    @Override
    public void down(Draft draft) throws Unfit {
      if (draft.get(field) != null || none(into.keySet(), draft)) {
        return;
      }
      Value whole = Expressions.value(back, field, null, draft);
      for (String part : into.keySet()) {
        draft.remove(part);
      }
      draft.set(field, whole);
    }

    @Override
    public void forms(Draft draft, Consumer<Conversion.Form> found) throws Unfit {
      Value value = draft.get(field);
      if (value != null) {
        found.accept(form(field, value, () -> values(into, value, draft, new Repair(null))));
      }
    }
  }

  /// Several fields become one.
  record Merge(List<String> fields, String into, Formula up, Map<String, Formula> back)
      implements Operation {

    Merge(ValueChange.Merge change) {
      this(
          change.fields(),
          change.into(),
          Expressions.compile(change.up(), change.where(), "up"),
          compiled(change.down(), change, "down"));
    }

    @Override
    public Set<String> names() {
      List<Formula> formulas = new ArrayList<>(back.values());
      formulas.add(up);
      return named(new TreeSet<>(fields), Set.of(into), formulas);
    }

    @Override
    public void up(Draft draft, Repair repair) throws Unfit {
      if (none(fields, draft)) {
        return;
      }
      Map<String, Value> whole = values(Map.of(into, up), null, draft, repair);
      for (String field : fields) {
        draft.remove(field);
      }
      set(whole, draft);
    }

    @Override
    public void down(Draft draft) throws Unfit {
      Value value = draft.get(into);
      if (value != null && none(fields, draft)) {
        Map<String, Value> parts = values(back, value, draft, new Repair(null));
        draft.remove(into);
        set(parts, draft);
      }
    }

    @Override
    public void forms(Draft draft, Consumer<Conversion.Form> found) throws Unfit {
      if (!none(fields, draft)) {
        Value first = draft.get(fields.getFirst());
        found.accept(
            form(
                fields.getFirst(),
                first == null ? Value.Nothing.NOTHING : first,
                () -> values(Map.of(into, up), null, draft, new Repair(null))));
      }
    }
  }

  private static boolean none(Iterable<String> fields, Draft draft) throws Unfit {
    for (String field : fields) {
      if (draft.get(field) != null) {
        return false;
      }
    }
    return true;
  }

  private interface Attempt {
    Object make() throws Unfit;
  }

  private static Conversion.Form form(String field, Value value, Attempt attempt) {
    try {
      attempt.make();
      return new Conversion.Form(field, "old", value.shown(), true);
    } catch (Unfit e) {
      return new Conversion.Form(field, "unreadable", value.shown(), false);
    }
  }
}
