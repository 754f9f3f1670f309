package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import dev.segue.change.ValueChange.Convert;
import dev.segue.change.ValueChange.DatetimeToEpoch;
import dev.segue.change.ValueChange.Merge;
import dev.segue.change.ValueChange.Remove;
import dev.segue.change.ValueChange.Rename;
import dev.segue.change.ValueChange.SetField;
import dev.segue.change.ValueChange.Split;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// `backfill.convert`: what is done to a value of Redis.
final class ConvertSection {

  /// Names joined by dots; `[]` stands for every element of a list.
  private static final Pattern PATH =
      Pattern.compile("(?!\\$[.\\[])[^.\\[\\]]+(?:\\[])*(?:\\.[^.\\[\\]]+(?:\\[])*)*");

  private static final Key<List<String>> FIELDS =
      required(
          "fields",
          new OneOrMore<>(Scalars.TEXT),
          "Fields of the hash, or paths in the document: profile.visits[].at.");
  private static final Key<ZoneId> ZONE =
      optional(
          "zone",
          Measures.ZONE,
          "Time zone of texts that name none; without it such texts cannot be converted.");
  private static final Key<ZoneId> DATE_ZONE =
      optional(
          "date-zone",
          Measures.ZONE,
          "UTC",
          "Time zone whose midnight a date without a time stands for.");
  private static final Key<Integer> DIGITS =
      optional(
          "digits",
          Scalars.number("a number of digits", 0, 6),
          "6",
          "Digits of the fraction of a second that are kept; the rest is cut off.");

  private static final Key<String> FROM =
      required("from", Scalars.TEXT, "The field's name now, or its path in the document.");
  private static final Key<String> TO =
      required("to", Scalars.TEXT, "Its new name; of a path, its last name alone changes.");
  private static final Key<String> FIELD =
      required("field", Scalars.TEXT, "The field, or its path in the document.");
  private static final Key<Map<String, String>> SPLIT_INTO =
      required(
          "into",
          new TextMapForm("each new field's value, CEL over the old fields, by field"),
          "Each new field's value, CEL over value and the old fields.");
  private static final Key<String> SPLIT_DOWN =
      required("down", Scalars.TEXT, "The old field's value, CEL over the new fields.");
  private static final Key<List<String>> MERGED =
      required("fields", new ListForm<>(Scalars.TEXT, 2), "The fields that become one.");
  private static final Key<String> MERGE_INTO =
      required("into", Scalars.TEXT, "The field they become.");
  private static final Key<String> MERGE_UP =
      required("up", Scalars.TEXT, "The new field's value, CEL over the old fields.");
  private static final Key<Map<String, String>> MERGE_DOWN =
      required(
          "down",
          new TextMapForm("each old field's value, CEL over value, by field"),
          "Each old field's value, CEL over value, the new one.");
  private static final Key<String> UP =
      required("up", Scalars.TEXT, "The new value, CEL over value and the fields.");
  private static final Key<String> DOWN =
      optional(
          "down",
          Scalars.TEXT,
          "The old value, CEL over value and the fields; without it, what is written since cannot"
              + " be taken back.");
  private static final Key<String> DONE =
      required(
          "done",
          Scalars.TEXT,
          "CEL condition over value that is true of the new form and false of the old one.");
  private static final Key<String> VALUE =
      required("value", Scalars.ANY_TEXT, "The value: text in a hash, JSON in a document.");
  private static final Key<Boolean> ALWAYS =
      Names.flag("always", "Whether a field that is there already is overwritten.");

  static final MappingForm<ValueChange> CHANGE =
      MappingForm.oneOf(
          List.of(
              optional(
                  "datetime-to-epoch",
                  MappingForm.of(
                          f ->
                              new DatetimeToEpoch(
                                  f.where(),
                                  f.get(FIELDS),
                                  f.find(ZONE).orElse(null),
                                  f.get(DATE_ZONE),
                                  f.get(DIGITS)),
                          FIELDS,
                          ZONE,
                          DATE_ZONE,
                          DIGITS)
                      .checking(f -> checkTwice(f.get(FIELDS), "fields", f), FIELDS),
                  "Texts of dates and times become seconds since 1970 in UTC."),
              optional(
                  "rename",
                  MappingForm.of(f -> new Rename(f.where(), f.get(FROM), f.get(TO)), FROM, TO)
                      .checking(ConvertSection::checkRename, FROM, TO),
                  "A field gets a new name."),
              optional(
                  "split",
                  MappingForm.of(
                          f ->
                              new Split(
                                  f.where(), f.get(FIELD), f.get(SPLIT_INTO), f.get(SPLIT_DOWN)),
                          FIELD,
                          SPLIT_INTO,
                          SPLIT_DOWN)
                      .checking(ConvertSection::checkSplit, FIELD, SPLIT_INTO),
                  "One field becomes several."),
              optional(
                  "merge",
                  MappingForm.of(
                          f ->
                              new Merge(
                                  f.where(),
                                  f.get(MERGED),
                                  f.get(MERGE_INTO),
                                  f.get(MERGE_UP),
                                  f.get(MERGE_DOWN)),
                          MERGED,
                          MERGE_INTO,
                          MERGE_UP,
                          MERGE_DOWN)
                      .checking(ConvertSection::checkMerge, MERGED, MERGE_INTO, MERGE_DOWN),
                  "Several fields become one."),
              optional(
                  "convert",
                  MappingForm.of(
                      f ->
                          new Convert(
                              f.where(),
                              f.get(FIELD),
                              f.get(UP),
                              f.find(DOWN).orElse(null),
                              f.get(DONE)),
                      FIELD,
                      UP,
                      DOWN,
                      DONE),
                  "A field's value becomes another, by an expression."),
              optional(
                  "set",
                  MappingForm.of(
                      f -> new SetField(f.where(), f.get(FIELD), f.get(VALUE), f.get(ALWAYS)),
                      FIELD,
                      VALUE,
                      ALWAYS),
                  "A field gets a value."),
              optional(
                  "remove",
                  MappingForm.of(f -> new Remove(f.where(), f.get(FIELD)), FIELD),
                  "A field is taken out of the value.")));

  private ConvertSection() {}

  /// Whether the fields are paths that can be followed in a document.
  static void checkPaths(ValueChange change, Fields f) {
    switch (change) {
      case DatetimeToEpoch c -> c.fields().forEach(path -> path(path, true, c, "fields", f));
      case Rename c -> {
        path(c.from(), true, c, "from", f);
        path(c.to(), false, c, "to", f);
        if (c.to().contains(".")) {
          problem(c, "to", "a field stays where it is: write its new name alone", f);
        }
      }
      case Split c -> {
        path(c.field(), false, c, "field", f);
        c.into().keySet().forEach(path -> path(path, false, c, "into", f));
      }
      case Merge c -> {
        c.fields().forEach(path -> path(path, false, c, "fields", f));
        path(c.into(), false, c, "into", f);
      }
      case Convert c -> path(c.field(), true, c, "field", f);
      case SetField c -> path(c.field(), false, c, "field", f);
      case Remove c -> path(c.field(), true, c, "field", f);
    }
  }

  private static void path(String path, boolean lists, ValueChange change, String key, Fields f) {
    if (!PATH.matcher(path).matches()) {
      problem(change, key, "'" + path + "' is no path: write names and dots, a.b or a.b[].c", f);
    } else if (!lists && path.contains("[]")) {
      problem(change, key, "'" + path + "' means many values; here it must be one", f);
    }
  }

  private static void problem(ValueChange change, String key, String message, Fields f) {
    f.problem(change.where().of(key), "backfill.convert", message);
  }

  private static void checkTwice(List<String> fields, String key, Fields f) {
    Set<String> seen = new HashSet<>();
    fields.stream()
        .filter(field -> !seen.add(field))
        .forEach(field -> f.problem("'" + field + "' stands here twice", key));
  }

  private static void checkRename(Fields f) {
    if (f.get(FROM).equals(f.get(TO))) {
      f.problem("the field has this name already: from and to are the same", "to");
    }
  }

  private static void checkSplit(Fields f) {
    if (f.get(SPLIT_INTO).isEmpty() || f.get(SPLIT_INTO).containsKey(f.get(FIELD))) {
      f.problem("must name new fields, and not the old one", "into");
    }
  }

  private static void checkMerge(Fields f) {
    checkTwice(f.get(MERGED), "fields", f);
    if (f.get(MERGED).contains(f.get(MERGE_INTO))) {
      f.problem("is one of the old fields", "into");
    }
    if (!new HashSet<>(f.get(MERGED)).equals(f.get(MERGE_DOWN).keySet())) {
      f.problem("must name every one of 'fields', and no other", "down");
    }
  }
}
