package dev.segue.redis.data;

import static dev.segue.redis.conversion.Asked.fields;
import static dev.segue.redis.conversion.Asked.hash;
import static dev.segue.redis.conversion.Asked.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.redis.conversion.Stored;
import dev.segue.redis.data.Turning.Bad;
import dev.segue.redis.data.Turning.Move;
import dev.segue.redis.data.Turning.Rest;
import dev.segue.redis.data.Turning.Write;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What becomes of a value of which somebody has written some, and of the rest of it.
final class SinceTest {

  private static final String FIRST = "2026-01-02T03:04:05+08:00";
  private static final String FIRST_MADE = "1767294245.0";
  private static final String SECOND = "2026-05-02T03:04:05Z";
  private static final String SECOND_MADE = "1777691045.0";

  private static final String DATES = "{ datetime-to-epoch: { fields: [j, s] } }";
  private static final Turning BOTH = new Turning(hash(DATES), true);
  private static final Turning REMOVED = of(", { remove: { field: a } }");
  private static final Turning SPLIT =
      of(
          ", { split: { field: n, into: { f: \"value.split(' ')[0]\", l: \"value.split(' ')[1]\" },"
              + " down: \"f + ' ' + l\" } }");
  private static final Turning CENTS =
      of(
          ", { convert: { field: p, up: \"string(int(double(value) * 100.0))\","
              + " done: \"!value.contains('.')\" } }");

  private static final Turning DOCUMENTS = new Turning(json(DATES), true);

  private static Turning of(String more) {
    return new Turning(hash("{ datetime-to-epoch: { fields: [j] } }" + more), true);
  }

  private static Turning documents(String changes) {
    return new Turning(json(changes), true);
  }

  private static @Nullable Stored kept(Move move) {
    return move instanceof Write write ? write.kept() : null;
  }

  private static Move back(Stored now) {
    return new Write(now, null, 0, true);
  }

  private static Stored.Json document(String text) {
    return new Stored.Json(text);
  }

  @Test
  void aFieldWrittenInTheOldFormLeavesWhatIsKeptOfTheOthers() {
    assertThat(kept(REMOVED.forward(fields("j", SECOND), fields("a", "1", "j", FIRST), false)))
        .isEqualTo(fields("a", "1", "j", SECOND));
    assertThat(
            kept(
                SPLIT.forward(
                    fields("j", SECOND, "f", "Ana", "l", "Maria"),
                    fields("j", FIRST, "n", "Ana Maria Cruz"),
                    false)))
        .isEqualTo(fields("j", SECOND, "n", "Ana Maria Cruz"));
    assertThat(
            kept(
                CENTS.forward(
                    fields("j", SECOND, "p", "1250"), fields("j", FIRST, "p", "12.50"), false)))
        .isEqualTo(fields("j", SECOND, "p", "12.50"));
  }

  @Test
  void aFieldWrittenInTheNewFormLeavesWhatIsKeptOfTheOthers() {
    assertThat(REMOVED.back(fields("j", SECOND_MADE), fields("a", "1", "j", FIRST)))
        .isEqualTo(back(fields("a", "1", "j", "2026-05-02T03:04:05+00:00")));
    assertThat(
            SPLIT.back(
                fields("j", SECOND_MADE, "f", "Ana", "l", "Maria"),
                fields("j", FIRST, "n", "Ana Maria Cruz")))
        .isEqualTo(back(fields("j", "2026-05-02T03:04:05+00:00", "n", "Ana Maria Cruz")));
    assertThat(CENTS.back(fields("j", SECOND_MADE, "p", "1250"), fields("j", FIRST, "p", "12.50")))
        .isEqualTo(back(fields("j", "2026-05-02T03:04:05+00:00", "p", "12.50")));
  }

  @Test
  void aFieldThatWasRemovedAndIsThereAgainIsItsWriters() {
    Stored written = fields("a", "5", "j", FIRST_MADE);

    assertThat(REMOVED.back(written, fields("a", "1", "j", FIRST)))
        .isEqualTo(back(fields("a", "5", "j", FIRST)));
    assertThat(kept(REMOVED.forward(written, fields("a", "1", "j", FIRST), false)))
        .isEqualTo(fields("a", "5", "j", FIRST));
    assertThat(REMOVED.back(fields("a", "5", "j", SECOND), null)).isEqualTo(new Rest(false));
  }

  @Test
  void ofWhatHasNoWayBackTheOldTextStaysKept() {
    Stored kept = fields("j", FIRST, "p", "12.50");

    assertThat(kept(CENTS.forward(fields("j", SECOND, "p", "1300"), kept, false)))
        .isEqualTo(fields("j", SECOND, "p", "12.50"));
    assertThat(CENTS.back(fields("j", SECOND_MADE, "p", "1300"), kept))
        .isInstanceOfSatisfying(
            Write.class,
            write -> {
              assertThat(write.now())
                  .isEqualTo(fields("j", "2026-05-02T03:04:05+00:00", "p", "1300"));
              assertThat(write.kept()).isEqualTo(kept);
              assertThat(write.failed()).extracting("code").isEqualTo("no-way-back");
            });
  }

  @Test
  void fieldsThatBelongTogetherAreStillToldApart() {
    Turning rated =
        new Turning(
            hash(
                "{ convert: { field: p, up: \"'E' + value\", down: \"value.substring(1)\","
                    + " done: \"value.startsWith('E')\" } },"
                    + " { convert: { field: q, up: \"p + value\", down: \"value.substring(2)\","
                    + " done: \"value.startsWith('E')\" } }, { remove: { field: p } }"),
            true);

    assertThat(rated.back(fields("q", "E17"), fields("p", "1", "q", "2")))
        .isEqualTo(back(fields("p", "1", "q", "7")));
    assertThat(SPLIT.back(fields("j", FIRST_MADE), fields("j", FIRST, "n", "Ana Cruz")))
        .as("the name was deleted since")
        .isEqualTo(back(fields("j", FIRST)));
  }

  @Test
  void whatCannotBeReadStaysAndTheRestGoesBack() {
    Stored kept = fields("j", FIRST, "s", FIRST);
    Stored halfway = fields("j", FIRST, "s", "never");

    assertThat(BOTH.back(fields("j", FIRST_MADE, "s", "never"), kept))
        .isInstanceOfSatisfying(
            Write.class,
            write -> {
              assertThat(write.now()).isEqualTo(halfway);
              assertThat(write.kept()).isEqualTo(kept);
              assertThat(write.failed()).extracting("code").isEqualTo("no-date");
            });
    assertThat(BOTH.back(halfway, kept))
        .isInstanceOfSatisfying(
            Bad.class, bad -> assertThat(bad.failed().code()).isEqualTo("no-date"));
    assertThat(BOTH.back(halfway, null)).isEqualTo(new Rest(false));
  }

  @Test
  void whatIsInTheOldFormNeedsNoWayBack() {
    assertThat(CENTS.back(fields("p", "12.50"), null)).isEqualTo(new Rest(false));
    assertThat(CENTS.back(fields("p", "1250"), fields("p", "12.50")))
        .isEqualTo(back(fields("p", "12.50")));
    assertThat(
            new Turning(hash("{ date-to-epoch: { fields: a } }"), true)
                .back(fields("a", FIRST), null))
        .isEqualTo(new Rest(false));
  }

  @Test
  void whatWasInTheNewFormBeforeAndHasNoWayBackIsLeft() {
    Stored before = fields("p", "1250");

    assertThat(CENTS.forward(before, null, true)).isEqualTo(new Write(null, before, 0, false));
    assertThat(CENTS.back(before, before)).isEqualTo(new Rest(false));
  }

  @Test
  void aDocumentWrittenInPartIsNotTakenForAnOldOne() {
    Stored kept = document("{ \"j\":\"" + FIRST + "\", \"s\" : \"" + FIRST + "\" }");
    Stored mixed = document("{ \"j\":\"" + SECOND + "\", \"s\" : " + FIRST_MADE + " }");
    Stored old = document("{ \"j\":\"" + SECOND + "\", \"s\" : \"" + FIRST + "\" }");

    assertThat(DOCUMENTS.forward(mixed, kept, false))
        .isEqualTo(
            new Write(
                document("{ \"j\":" + SECOND_MADE + ", \"s\" : " + FIRST_MADE + " }"),
                old,
                0,
                true));
    assertThat(DOCUMENTS.back(mixed, kept)).isEqualTo(back(old));
    assertThat(
            DOCUMENTS.back(
                document("{\"x\":[ ],\"s\":" + FIRST_MADE + ",\"j\":" + SECOND_MADE + "}"), kept))
        .isEqualTo(
            back(
                document(
                    "{\"x\":[ ],\"s\":\"" + FIRST + "\",\"j\":\"2026-05-02T03:04:05+00:00\"}")));
  }

  @Test
  void elementsOfAListAreComparedByTheirPlace() {
    Turning visits = documents("{ datetime-to-epoch: { fields: 'v[].at' } }");
    Stored kept = document("{\"v\":[{\"at\":\"" + FIRST + "\"},{\"at\":\"" + SECOND + "\"}]}");
    String utc = "{\"at\":\"2026-01-01T19:04:05+00:00\"}";

    assertThat(
            visits.back(
                document(
                    "{\"v\":[{\"at\":%s},{\"at\":%s},{\"at\":%s}]}"
                        .formatted(FIRST_MADE, SECOND_MADE, FIRST_MADE)),
                kept))
        .as("one more behind")
        .isEqualTo(
            back(
                document(
                    "{\"v\":[{\"at\":\"%s\"},{\"at\":\"%s\"},%s]}".formatted(FIRST, SECOND, utc))));
    assertThat(visits.back(document("{\"v\":[{\"at\":" + SECOND_MADE + "}]}"), kept))
        .as("the first is gone")
        .isEqualTo(back(document("{\"v\":[{\"at\":\"2026-05-02T03:04:05+00:00\"}]}")));
  }

  @Test
  void whatWasTakenOutOfADocumentIsPutBackWhereNobodyTouchedIt() {
    Turning removed =
        documents("{ datetime-to-epoch: { fields: [j] } }, { remove: { field: m.a } }");
    Stored kept = document("{\"m\":{\"a\": [1, 2]},\"j\":\"" + FIRST + "\"}");

    assertThat(removed.back(document("{\"m\":{\"b\":7},\"j\":" + SECOND_MADE + "}"), kept))
        .isEqualTo(
            back(document("{\"m\":{\"b\":7,\"a\":[1, 2]},\"j\":\"2026-05-02T03:04:05+00:00\"}")));
    assertThat(removed.back(document("{\"m\":{\"a\":5},\"j\":" + FIRST_MADE + "}"), kept))
        .isEqualTo(back(document("{\"m\":{\"a\":5},\"j\":\"" + FIRST + "\"}")));
    assertThat(removed.back(document("{\"j\":" + FIRST_MADE + "}"), kept))
        .isInstanceOfSatisfying(
            Write.class,
            write -> {
              assertThat(write.now()).isEqualTo(document("{\"j\":\"" + FIRST + "\"}"));
              assertThat(write.kept()).isEqualTo(kept);
              assertThat(write.failed()).extracting("code").isEqualTo("no-parent");
            });
  }

  @Test
  void whatWasTakenOutOfElementsIsNotPutIntoOthers() {
    Turning removed = documents("{ remove: { field: 'l[].a' } }, { rename: { from: x, to: y } }");
    Stored kept = document("{\"l\":[{\"a\":1,\"b\":2},{\"a\":3,\"b\":4}],\"x\":5}");

    assertThat(removed.back(document("{\"l\":[{\"b\":2},{\"b\":4}],\"y\":6}"), kept))
        .isEqualTo(back(document("{\"l\":[{\"b\":2,\"a\":1},{\"b\":4,\"a\":3}],\"x\":6}")));
    assertThat(removed.back(document("{\"l\":[{\"b\":4}],\"y\":6}"), kept))
        .isInstanceOfSatisfying(
            Write.class,
            write -> {
              assertThat(write.now()).isEqualTo(document("{\"l\":[{\"b\":4}],\"x\":6}"));
              assertThat(write.failed()).extracting("code").isEqualTo("list-changed");
            });
  }

  @Test
  void aMemberThatWasRenamedAndConvertedGoesBackByItself() {
    Turning renamed =
        documents(
            "{ rename: { from: 'l[].born', to: birth } },"
                + " { datetime-to-epoch: { fields: ['l[].birth', j] } }");
    Stored kept =
        document(
            "{\"l\":[{\"born\":\"%s\",\"n\":1},{\"born\":\"%s\"}],\"j\":\"%s\"}"
                .formatted(FIRST, FIRST, FIRST));

    assertThat(
            renamed.back(
                document(
                    "{\"l\":[{\"birth\":%s,\"n\":2},{\"birth\":%s}],\"j\":%s}"
                        .formatted(FIRST_MADE, SECOND_MADE, SECOND_MADE)),
                kept))
        .isEqualTo(
            back(
                document(
                    "{\"l\":[{\"born\":\"%s\",\"n\":2},{\"born\":\"%s\"}],\"j\":\"%s\"}"
                        .formatted(
                            FIRST, "2026-05-02T03:04:05+00:00", "2026-05-02T03:04:05+00:00"))));
  }

  @Test
  void whatIsNoDocumentAnyMoreIsListed() {
    assertThat(DOCUMENTS.back(document("{\"j\":"), document("{\"j\":\"" + FIRST + "\"}")))
        .isInstanceOfSatisfying(
            Bad.class, bad -> assertThat(bad.failed().code()).isEqualTo("no-json"));
  }
}
