package dev.segue.redis.conversion;

import dev.segue.change.Backfill;
import dev.segue.change.Backfill.Shape;
import dev.segue.change.FailurePolicy;
import dev.segue.change.ValueChange;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/// Makes conversions of what a change file asks for.
public final class Conversions {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Conversions() {}

  /// @throws dev.segue.change.ChangeFileException when an expression does not compile, or a value
  ///   cannot be what the file says
  public static Conversion of(Backfill.Keys keys) {
    boolean hash = keys.keys().shape() == Shape.HASH;
    List<Operation> operations =
        keys.changes().stream().map(change -> operation(change, hash)).toList();
    FailurePolicy failures = keys.failures();
    String instead = failures.value();
    Value value = instead == null ? null : literal(instead, hash, keys.where(), "on-error");
    Chain chain = new Chain(operations, hash, value);
    if (value != null) {
      chain.checkDefault(keys);
    }
    return chain;
  }

  private static Operation operation(ValueChange change, boolean hash) {
    return switch (change) {
      case ValueChange.DatetimeToEpoch c -> new DatetimeToEpoch(c);
      case ValueChange.DateToEpoch c -> new DatetimeToEpoch(c);
      case ValueChange.Rename c -> new FieldChanges.Rename(c.from(), c.to(), hash);
      case ValueChange.SetField c ->
          new FieldChanges.SetField(c, literal(c.value(), hash, c.where(), "value"));
      case ValueChange.Remove c -> new FieldChanges.Remove(c.field());
      case ValueChange.Convert c -> new FormulaChanges.Convert(c);
      case ValueChange.Split c -> new FormulaChanges.Split(c);
      case ValueChange.Merge c -> new FormulaChanges.Merge(c);
    };
  }

  /// A value as the file has it: text for a hash, JSON for a document.
  private static Value literal(
      String text, boolean hash, dev.segue.change.Where where, String key) {
    if (hash) {
      return new Value.Text(text);
    }
    try {
      var node = JSON.readTree(text);
      if (node.isString()) {
        return new Value.Text(node.stringValue());
      }
      if (node.isNull()) {
        return Value.Nothing.NOTHING;
      }
      if (!node.isMissingNode()) {
        return node.isNumber() ? new Value.Numeral(text.strip()) : new Value.Other(text.strip());
      }
    } catch (JacksonException e) {
      // Said below.
    }
    throw Expressions.wrong(
        where, key, "in a document a value is JSON: write 0, true, null or \"text\" in quotes");
  }

  /// Operations one after the other, and back in reverse.
  private record Chain(List<Operation> operations, boolean hash, @Nullable Value instead)
      implements Conversion {

    @Override
    public List<String> fields() {
      if (!hash) {
        return List.of();
      }
      TreeSet<String> names = new TreeSet<>();
      operations.forEach(operation -> names.addAll(operation.names()));
      return List.copyOf(names);
    }

    @Override
    public List<Part> parts() {
      return Parts.of(operations, hash, some -> new Chain(some, hash, instead));
    }

    @Override
    public Result up(Stored old) {
      Draft draft = draft(old);
      Repair repair = new Repair(instead);
      try {
        for (Operation operation : operations) {
          operation.up(draft, repair);
        }
      } catch (Unfit e) {
        return e.failed();
      } catch (RuntimeException e) {
        return unexpected(old, e);
      }
      return result(old, draft.stored(), repair.count());
    }

    @Override
    public Result down(Stored now) {
      Draft draft = draft(now);
      try {
        for (Operation operation : operations.reversed()) {
          operation.down(draft);
        }
      } catch (Unfit e) {
        return e.failed();
      } catch (RuntimeException e) {
        return unexpected(now, e);
      }
      return result(now, draft.stored(), 0);
    }

    @Override
    public List<Form> forms(Stored stored) {
      List<Form> found = new ArrayList<>();
      try {
        Draft draft = draft(stored);
        for (Operation operation : operations) {
          operation.forms(draft, found::add);
        }
      } catch (Unfit e) {
        found.add(new Form(e.failed().field(), "unreadable", e.failed().value(), false));
      } catch (RuntimeException e) {
        found.add(new Form("", "unreadable", unexpected(stored, e).value(), false));
      }
      return List.copyOf(found);
    }

    /// One value that nobody thought of must not end the work on all others: it is listed.
    private static Failed unexpected(Stored stored, RuntimeException e) {
      String value =
          switch (stored) {
            case Stored.Hash fields -> fields.fields().toString();
            case Stored.Json document -> document.text();
          };
      return new Failed("", value, "unexpected", "a defect of Segue: " + e);
    }

    private static Result result(Stored before, Stored after, int replaced) {
      return after.equals(before) ? new Already() : new Converted(after, replaced);
    }

    private static Draft draft(Stored stored) {
      return switch (stored) {
        case Stored.Hash hash -> new HashDraft(hash);
        case Stored.Json json -> new JsonDraft(json);
      };
    }

    /// A default that is itself no value of the new form would be replaced for ever.
    private void checkDefault(Backfill.Keys keys) {
      for (ValueChange change : keys.changes()) {
        boolean dates =
            change instanceof ValueChange.DatetimeToEpoch
                || change instanceof ValueChange.DateToEpoch;
        if (dates && !epoch()) {
          throw Expressions.wrong(
              keys.where(), "on-error", "the default of a date is a number of seconds, or empty");
        }
      }
    }

    private boolean epoch() {
      return switch (instead) {
        case null -> true;
        case Value.Text v ->
            hash && (v.text().isEmpty() || (Epoch.number(v.text()) && Epoch.inRange(v.text())));
        case Value.Numeral v -> Epoch.inRange(v.literal());
        case Value.Nothing _ -> true;
        case Value.Other _ -> false;
      };
    }
  }
}
