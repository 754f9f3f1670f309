package dev.segue.redis.conversion;

import dev.segue.change.ValueChange;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Texts of dates become seconds since 1970, and back.
final class DatetimeToEpoch implements Operation {

  /// What a converter that was called and never awaited left behind.
  private static final String COROUTINE = "<coroutine object";

  private static final Set<String> NULLS = Set.of("", "None", "none", "null", "NULL");

  private static final String MIDNIGHT = "T00:00:00";

  private static final double LAST_YEAR_OF_GUESS = Epoch.FAR;

  private final List<String> fields;
  private final @Nullable LocalClock zone;
  private final LocalClock dateZone;
  private final int digits;

  /// Whether they go back as dates without a time.
  private final boolean dates;

  DatetimeToEpoch(ValueChange.DatetimeToEpoch change) {
    this.fields = change.fields();
    this.zone = change.zone() == null ? null : new LocalClock(change.zone().getRules());
    this.dateZone = new LocalClock(change.dateZone().getRules());
    this.digits = change.digits();
    this.dates = false;
  }

  DatetimeToEpoch(ValueChange.DateToEpoch change) {
    this.fields = change.fields();
    this.zone = new LocalClock(change.zone().getRules());
    this.dateZone = zone;
    this.digits = change.digits();
    this.dates = true;
  }

  private DatetimeToEpoch(DatetimeToEpoch of, String field) {
    this.fields = List.of(field);
    this.zone = of.zone;
    this.dateZone = of.dateZone;
    this.digits = of.digits;
    this.dates = of.dates;
  }

  @Override
  public List<Operation> apart() {
    return fields.stream().map(field -> (Operation) new DatetimeToEpoch(this, field)).toList();
  }

  @Override
  public Set<String> names() {
    return new LinkedHashSet<>(fields);
  }

  @Override
  public void up(Draft draft, Repair repair) throws Unfit {
    draft.each(
        fields,
        (name, value) -> {
          try {
            return up(name, value);
          } catch (Unfit e) {
            return repair.of(e);
          }
        });
  }

  private Value up(String field, Value value) throws Unfit {
    return switch (value) {
      case Value.Text v -> up(field, v);
      case Value.Numeral v -> {
        checkRange(field, v.literal());
        yield v;
      }
      case Value.Nothing v -> v;
      case Value.Other v ->
          throw new Unfit(field, v.json(), "no-date", "this is neither a text nor a number");
    };
  }

  private Value up(String field, Value.Text value) throws Unfit {
    String text = value.text().strip();
    IsoDate date = IsoDate.scan(text);
    if (date != null && !(text.length() == 8 && Epoch.number(text))) {
      return new Value.Numeral(epoch(field, text, date));
    }
    if (NULLS.contains(text)) {
      return Value.Nothing.NOTHING;
    }
    if (!Epoch.number(value.text())) {
      throw unreadable(field, text);
    }
    if (date != null || compact(text)) {
      throw new Unfit(
          field,
          text,
          "ambiguous-number",
          "a date without hyphens, or a number of seconds; nothing is guessed");
    }
    checkRange(field, text);
    return new Value.Numeral(text);
  }

  /// Whether a number is a date with hours and minutes, and nothing between them.
  private static boolean compact(String number) {
    return number.length() == 12
        && IsoDate.scan(number.substring(0, 8) + "T" + number.substring(8)) != null;
  }

  private String epoch(String field, String text, IsoDate date) throws Unfit {
    int offset =
        switch (date.kind()) {
          case OFFSET -> date.offset();
          case DATE -> dateZone.offset(date.seconds());
          case NAIVE -> {
            if (zone == null) {
              throw new Unfit(
                  field,
                  text,
                  "no-zone",
                  "the text names no time zone; write 'zone' for such texts in the change file");
            }
            yield zone.offset(date.seconds());
          }
        };
    long seconds = date.seconds() - offset;
    if (seconds < Epoch.FIRST || seconds >= Epoch.END) {
      throw new Unfit(field, text, "out-of-range", "in UTC this is no date of years 1 to 9999");
    }
    return Epoch.text(seconds, date.micros(), digits);
  }

  private static Unfit unreadable(String field, String text) {
    return text.startsWith(COROUTINE)
        ? new Unfit(
            field,
            text,
            "damaged-coroutine",
            "a migration of Redis OM wrote this in place of the value, which is lost here: only a"
                + " backup from before it, or a default, brings one back")
        : new Unfit(field, text, "no-date", "this is no date that is known");
  }

  private static void checkRange(String field, String number) throws Unfit {
    if (Epoch.inRange(number)) {
      return;
    }
    double value = Double.parseDouble(number);
    long unit = 1000;
    for (String name : List.of("milliseconds", "microseconds", "nanoseconds")) {
      double seconds = value / unit;
      if (seconds > 0 && seconds < LAST_YEAR_OF_GUESS) {
        throw new Unfit(
            field,
            number,
            "milliseconds",
            "too large for seconds; as %s it is %s, but nothing is guessed"
                .formatted(name, Instant.ofEpochSecond((long) seconds)));
      }
      unit *= 1000;
    }
    throw new Unfit(field, number, "out-of-range", "no date of years 1 to 9999 has it");
  }

  @Override
  public void down(Draft draft) throws Unfit {
    draft.each(fields, this::down);
  }

  private Value down(String field, Value value) throws Unfit {
    return switch (value) {
      case Value.Numeral v -> iso(field, v.literal());
      case Value.Text v when Epoch.number(v.text()) -> iso(field, v.text());
      case Value.Text v -> v;
      case Value.Nothing v -> v;
      case Value.Other v -> v;
    };
  }

  private Value iso(String field, String number) throws Unfit {
    String text = Epoch.iso(number, zone == null ? null : zone.rules());
    if (text == null) {
      throw new Unfit(field, number, "out-of-range", "no date of years 1 to 9999 has it");
    }
    if (!dates) {
      return new Value.Text(text);
    }
    if (!text.endsWith(MIDNIGHT)) {
      throw new Unfit(field, number, "not-midnight", "it is " + text + ", which is no date alone");
    }
    return new Value.Text(text.substring(0, text.length() - MIDNIGHT.length()));
  }

  @Override
  public void forms(Draft draft, Consumer<Conversion.Form> found) throws Unfit {
    draft.each(
        fields,
        (name, value) -> {
          boolean convertible = true;
          String form = form(value, draft.typed());
          try {
            up(name, value);
          } catch (Unfit e) {
            convertible = false;
            form = e.code().equals("no-zone") ? form : unfitForm(e.code());
          }
          found.accept(new Conversion.Form(name, form, value.shown(), convertible));
          return value;
        });
  }

  private static String unfitForm(String code) {
    return code.equals("no-date") || code.equals("out-of-range") ? "unreadable" : code;
  }

  /// Of a value that can be converted.
  private static String form(Value value, boolean typed) {
    return switch (value) {
      case Value.Numeral v -> Epoch.far(v.literal()) ? "epoch-far" : "epoch";
      case Value.Nothing _ -> "null";
      case Value.Other _ -> "unreadable";
      case Value.Text v -> form(v.text(), v.text().strip(), typed);
    };
  }

  private static String form(String whole, String text, boolean typed) {
    if (NULLS.contains(text)) {
      return whole.isEmpty() && !typed ? "null" : "null-text";
    }
    if (Epoch.number(whole)) {
      return typed ? "epoch-text" : Epoch.far(whole) ? "epoch-far" : "epoch";
    }
    IsoDate date = IsoDate.scan(text);
    return date == null
        ? "unreadable"
        : switch (date.kind()) {
          case OFFSET -> "iso-offset";
          case NAIVE -> "iso-naive";
          case DATE -> "date";
        };
  }
}
