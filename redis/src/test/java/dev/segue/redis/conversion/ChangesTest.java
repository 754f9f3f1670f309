package dev.segue.redis.conversion;

import static dev.segue.redis.conversion.Asked.fields;
import static dev.segue.redis.conversion.Asked.hash;
import static dev.segue.redis.conversion.Asked.json;
import static dev.segue.redis.conversion.Asked.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.ChangeFileException;
import dev.segue.redis.conversion.Conversion.Already;
import dev.segue.redis.conversion.Conversion.Failed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rename, split, merge, convert, set and remove: there, once more, and back.
class ChangesTest {

  private static final String NAME =
      "{ split: { field: name, into: { first: \"value.split(' ')[0]\","
          + " last: \"value.split(' ')[1]\" }, down: \"first + ' ' + last\" } }";
  private static final String AT =
      "{ merge: { fields: [day, hour], into: at, up: \"day + 'T' + hour\","
          + " down: { day: \"value.split('T')[0]\", hour: \"value.split('T')[1]\" } } }";
  private static final String CENTS =
      "{ convert: { field: price, up: \"string(int(double(value) * 100.0))\","
          + " down: \"string(double(value) / 100.0)\", done: \"!value.contains('.')\" } }";
  private static final String JSON_CENTS =
      "{ convert: { field: 'lines[].price', up: \"int(value * 100.0)\","
          + " down: \"double(value) / 100.0\", done: \"type(value) == int\" } }";

  private static void thereAndBack(Conversion conversion, Stored old, String now) {
    assertThat(shown(conversion.up(old))).isEqualTo(now);
    Stored converted = ((Conversion.Converted) conversion.up(old)).now();
    assertThat(conversion.up(converted)).as("once more").isEqualTo(new Already());
    assertThat(conversion.down(converted)).isEqualTo(new Conversion.Converted(old, 0));
    assertThat(conversion.down(old)).as("back once more").isEqualTo(new Already());
  }

  @Test
  void hashes() {
    thereAndBack(hash("{ rename: { from: a, to: b } }"), fields("a", "1", "c", "2"), "{b=1, c=2}");
    thereAndBack(hash(NAME), fields("name", "Ana Cruz"), "{first=Ana, last=Cruz}");
    thereAndBack(hash(AT), fields("day", "2026-01-02", "hour", "03:04"), "{at=2026-01-02T03:04}");
    thereAndBack(hash(CENTS), fields("price", "12.5"), "{price=1250}");
    thereAndBack(hash("{ set: { field: v, value: '2' } }"), fields("a", "1"), "{a=1, v=2}");
  }

  @Test
  void documents() {
    thereAndBack(
        json("{ rename: { from: 'a[].b', to: c } }"),
        document("{ \"a\": [ {\"b\":1, \"d\":2}, {\"e\":3} ] }"),
        "{ \"a\": [ {\"c\":1, \"d\":2}, {\"e\":3} ] }");
    thereAndBack(
        json(NAME),
        document("{\"x\" : 1,\"name\":\"Ana Cruz\"}"),
        "{\"x\" : 1,\"first\":\"Ana\",\"last\":\"Cruz\"}");
    thereAndBack(
        json(JSON_CENTS),
        document("{\"lines\":[{\"price\":12.5},{\"price\":0.25},{\"p\":1.50}]}"),
        "{\"lines\":[{\"price\":1250},{\"price\":25},{\"p\":1.50}]}");
    thereAndBack(
        json("{ set: { field: meta.v, value: '{\"n\": 2}' } }"),
        document("{\"meta\":{ },\"a\":1}"),
        "{\"meta\":{\"v\":{\"n\": 2} },\"a\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1,"b":2,"c":3}      => b => {"a":1,"c":3}
          {"a":1, "b":2}           => a => {"b":2}
          { "a" : 1 }              => a => {  }
          {"a":1,"a":2,"b":3,"a":4} => a => {"b":3}
          {"b":{"a":1}}            => a => already
          {"b":{"a":1,"c":2}}      => b.a => {"b":{"c":2}}
          """)
  void removedWithItsComma(String old, String field, String now) {
    assertThat(shown(json("{ remove: { field: " + field + " } }").up(document(old))))
        .isEqualTo(now);
  }

  @Test
  void whoeverStillWritesTheOldNameHasWrittenLast() {
    Conversion rename = hash("{ rename: { from: a, to: b } }");
    Conversion inDocuments = json("{ rename: { from: a, to: b } }");

    assertThat(shown(rename.up(fields("a", "new", "b", "stale")))).isEqualTo("{b=new}");
    assertThat(shown(inDocuments.up(document("{\"a\":1,\"b\":2}")))).isEqualTo("{\"b\":1}");
    assertThat(shown(inDocuments.up(document("{\"b\":2,\"a\":1}")))).isEqualTo("{\"b\":1}");
  }

  @Test
  void severalInOrderAndBackInReverse() {
    Conversion both =
        hash("{ rename: { from: born, to: birth } }, { datetime-to-epoch: { fields: birth } }");

    thereAndBack(both, fields("born", "2026-01-02T00:00:00+00:00"), "{birth=1767312000.0}");
    assertThat(both.fields()).containsExactly("birth", "born");
  }

  @Test
  void asksForTheFieldsThatExpressionsRead() {
    assertThat(hash("{ convert: { field: a, up: b + value, done: \"value == 'x'\" } }").fields())
        .containsExactly("a", "b");
    assertThat(json(NAME).fields()).isEmpty();
  }

  @Test
  void whatAnExpressionCannotDoIsSaid() {
    assertThat(hash(NAME).up(fields("name", "Ana")))
        .isInstanceOfSatisfying(
            Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo("no-value");
              assertThat(f.field()).isEqualTo("last");
            });
    assertThat(shown(hash(AT).up(fields("day", "x")))).isEqualTo("field-missing");
    assertThat(
            shown(
                hash("{ convert: { field: a, up: \"'b'\", done: \"value == 'c'\" } }")
                    .up(fields("a", "x"))))
        .isEqualTo("not-done");
    assertThat(
            shown(
                hash("{ convert: { field: a, up: \"'c'\", done: \"value == 'c'\" } }")
                    .down(fields("a", "c"))))
        .isEqualTo("no-way-back");
    assertThat(shown(json("{ set: { field: a.b, value: '1' } }").up(document("{\"c\":1}"))))
        .isEqualTo("no-parent");
    assertThat(shown(hash(CENTS, "on-error: { default: '0' }").up(fields("price", "a.b"))))
        .isEqualTo("{price=0} replaced 1");
  }

  @Test
  void noResultThatIsNoNumberOrHoldsNothingEndsTheRun() {
    String half = "{ convert: { field: a, up: \"value / b\", done: \"type(value) == int\" } }";
    assertThat(shown(json(half).up(document("{\"a\":1.0,\"b\":0.0}")))).isEqualTo("no-value");
    assertThat(shown(json(half).up(document("{\"a\":0.0,\"b\":0.0}")))).isEqualTo("no-value");
    assertThat(
            shown(
                json("{ split: { field: a, into: { b: \"{'c': value, 'd': null}\" }, down: b.c } }")
                    .up(document("{\"a\":1}"))))
        .isEqualTo("{\"b\":{\"c\":1,\"d\":null}}");
  }

  @Test
  void everyBeginningOfADocumentIsNoJson() {
    String whole =
        "{\"x\" : \"a\\\"b\", \"j\":\"2026-01-02T03:04:05Z\", "
            + "\"l\":[{\"j\":1.5}, null, true, \"\\\\\"]}";
    Conversion dates = json("{ datetime-to-epoch: { fields: [j, 'l[].j'] } }");
    Conversion moved = json("{ rename: { from: 'l[].j', to: k } }, { remove: { field: x } }");
    for (Conversion conversion : new Conversion[] {dates, moved}) {
      for (int end = 0; end < whole.length(); end++) {
        Stored beginning = document(whole.substring(0, end));
        assertThat(shown(conversion.up(beginning))).as("%s", beginning).isEqualTo("no-json");
        assertThat(shown(conversion.down(beginning))).as("%s", beginning).isEqualTo("no-json");
      }
      assertThat(conversion.up(document(whole))).isInstanceOf(Conversion.Converted.class);
    }
  }

  @Test
  void mistakesInTheFileHaveTheirPlace() {
    assertThatThrownBy(() -> hash("{ convert: { field: a, up: 'value +', done: 'true' } }"))
        .isInstanceOf(ChangeFileException.class)
        .hasMessageContaining("change.yaml:6:")
        .hasMessageContaining("'value +' is no expression: ends too early");
    assertThatThrownBy(() -> hash("{ convert: { field: a, up: value, done: other == '1' } }"))
        .isInstanceOf(ChangeFileException.class)
        .hasMessageContaining("only 'value' tells whether a value is done");
    assertThatThrownBy(() -> json("{ set: { field: a, value: two } }"))
        .isInstanceOf(ChangeFileException.class)
        .hasMessageContaining("in a document a value is JSON");
  }

  @Test
  void formsTellOldFromNew() {
    Conversion cents = hash(CENTS);

    assertThat(cents.forms(fields("price", "1.5"))).extracting("name").containsExactly("old");
    assertThat(cents.forms(fields("price", "150"))).extracting("name").containsExactly("new");
    assertThat(cents.forms(fields("price", "a.b")))
        .extracting("name")
        .containsExactly("unreadable");
    assertThat(hash(NAME).forms(fields("name", "Ana")))
        .extracting("convertible")
        .containsOnly(false);
    assertThat(json(NAME).forms(document("["))).extracting("name").containsExactly("unreadable");
  }

  private static Stored.Json document(String text) {
    return new Stored.Json(text);
  }
}
