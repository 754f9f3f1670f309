package dev.segue.redis.conversion;

import static dev.segue.redis.conversion.Asked.fields;
import static dev.segue.redis.conversion.Asked.hash;
import static dev.segue.redis.conversion.Asked.json;
import static dev.segue.redis.conversion.Asked.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.segue.change.ChangeFileException;
import dev.segue.redis.conversion.Conversion.Failed;
import dev.segue.redis.conversion.Conversion.Form;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Dates become seconds, and back.
class DatetimeToEpochTest {

  private static final Conversion MANILA =
      hash("{ datetime-to-epoch: { fields: a, zone: Asia/Manila } }");
  private static final Conversion BERLIN =
      hash("{ datetime-to-epoch: { fields: a, zone: Europe/Berlin, date-zone: Europe/Berlin } }");
  private static final Conversion NO_ZONE = hash("{ datetime-to-epoch: { fields: a } }");

  private static String up(Conversion conversion, String text) {
    String shown = shown(conversion.up(fields("a", text)));
    return shown.startsWith("{a=") ? shown.substring(3, shown.length() - 1) : shown;
  }

  private static String down(Conversion conversion, String text) {
    String shown = shown(conversion.down(fields("a", text)));
    return shown.startsWith("{a=") ? shown.substring(3, shown.length() - 1) : shown;
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '"',
      textBlock =
          """
          2026-01-02T03:04:05+08:00         => 1767294245.0
          2026-01-02T03:04:05+0800          => 1767294245.0
          2026-01-02T03:04:05+08            => 1767294245.0
          2026-01-02T03:04:05 +08:00        => 1767294245.0
          2026-01-02T03:04:05-03:30         => 1767335645.0
          2026-01-02T03:04:05+08:03:52      => 1767294013.0
          2026-01-02T03:04:05Z              => 1767323045.0
          2026-01-02t03:04:05z              => 1767323045.0
          2026-01-02 03:04:05 UTC           => 1767323045.0
          2026-01-02T03:04:05               => 1767294245.0
          2026-01-02 03:04:05               => 1767294245.0
          2026-01-02T03:04                  => 1767294240.0
          2026-01-02T03                     => 1767294000.0
          2026-01-02T24:00:00Z              => 1767398400.0
          2026-01-02T03:04:05.1Z            => 1767323045.1
          2026-01-02T03:04:05.123456Z       => 1767323045.123456
          2026-01-02T03:04:05,123456Z       => 1767323045.123456
          2026-01-02T03:04:05.123456999Z    => 1767323045.123456
          2026-01-02T03:04:05.000000Z       => 1767323045.0
          2026-01-02T03:04:05.100000Z       => 1767323045.1
          20260102T030405Z                  => 1767323045.0
          20260102T030405.5+0800            => 1767294245.5
          2026-01-02                        => 1767312000.0
          2026-W01-5                        => 1767312000.0
          2026W015T030405Z                  => 1767323045.0
          "  2026-01-02  "                  => 1767312000.0
          1969-12-31T23:59:59.5Z            => -0.5
          1969-12-31T23:59:59.999999Z       => -1e-06
          1970-01-01T00:00:00.000023Z       => 2.3e-05
          1970-01-01T00:00:00Z              => 0.0
          0001-01-01T00:00:00Z              => -62135596800.0
          9999-12-31T23:59:59.999999Z       => 253402300800.0
          9999-12-31T23:59:59.9Z            => 253402300799.9
          2300-01-01T00:00:00.123457Z       => 10413792000.123457
          2026-02-29                        => no-date
          2024-02-29                        => 1709164800.0
          1900-02-29                        => no-date
          2026-13-01                        => no-date
          2026-01-02T25:00                  => no-date
          2026-01-02T03:60                  => no-date
          2026-01-02T03:04:60Z              => no-date
          2026-01-02T03:04:05.Z             => no-date
          2026-01-02T03:04:05+19:00         => no-date
          2026-01-02T03:04:05+08:           => no-date
          2026-01-02T03:04:05 PST           => no-date
          2026-01-02Z                       => no-date
          2026-W54-1                        => no-date
          0000-01-01                        => no-date
          0001-01-01T00:00:00+08:00         => out-of-range
          yesterday                         => no-date
          nan                               => no-date
          0x10                              => no-date
          """)
  void textsOfDates(String text, String expected) {
    assertThat(up(MANILA, text)).isEqualTo(expected);
    if (Epoch.number(expected)) {
      assertThat(up(MANILA, expected)).as("once more").isEqualTo("already");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '"',
      textBlock =
          """
          1767294245                        => already
          1767294245.0                      => already
          1767294245.123456789              => already
          1.767294245e9                     => already
          -86400.5                          => already
          0                                 => already
          253402300799.999                  => already
          253402300800.0                    => already
          253402300801                      => milliseconds
          1767294245123                     => milliseconds
          1767294245123456                  => milliseconds
          1767294245123456789               => milliseconds
          -62135596801                      => out-of-range
          1e30                              => out-of-range
          20260102                          => ambiguous-number
          20261302                          => already
          202601020304                      => ambiguous-number
          202601022504                      => already
          "1767294245.0 "                   => no-date
          ""                                => already
          "<coroutine object DatetimeFieldMigration._convert_datetime_value at 0x7f3a>" => damaged-coroutine
          """)
  void whatIsNoText(String text, String expected) {
    assertThat(up(MANILA, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"None", "null", "NULL", "'  '"})
  void wordsForNothingBecomeNothing(String text) {
    assertThat(MANILA.up(fields("a", text)))
        .isEqualTo(new Conversion.Converted(fields("a", ""), 0));
  }

  @Test
  void withoutAZoneNothingIsGuessed() {
    assertThat(up(NO_ZONE, "2026-01-02T03:04:05")).isEqualTo("no-zone");
    assertThat(up(NO_ZONE, "2026-01-02")).isEqualTo("1767312000.0");
    assertThat(up(NO_ZONE, "2026-01-02T03:04:05Z")).isEqualTo("1767323045.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          2026-03-29T02:30:00  => 1774747800.0
          2026-10-25T02:30:00  => 1792888200.0
          2026-03-29           => 1774738800.0
          """)
  void skippedAndRepeatedHoursHaveTheOffsetBefore(String text, String expected) {
    assertThat(up(BERLIN, text)).isEqualTo(expected);
  }

  @Test
  void digitsAreCutOff() {
    Conversion whole = hash("{ datetime-to-epoch: { fields: a, digits: 0 } }");
    Conversion millis = hash("{ datetime-to-epoch: { fields: a, digits: 3 } }");

    assertThat(up(whole, "2026-01-02T03:04:05.999Z")).isEqualTo("1767323045");
    assertThat(up(millis, "2026-01-02T03:04:05.123999Z")).isEqualTo("1767323045.123");
    assertThat(up(millis, "2026-01-02T03:04:05Z")).isEqualTo("1767323045.0");
    assertThat(up(whole, "1969-12-31T23:59:59.5Z")).isEqualTo("-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          1767294245.0        => 2026-01-02T03:04:05
          1767294245          => 2026-01-02T03:04:05
          1767294245.123456   => 2026-01-02T03:04:05.123456
          1767294245.5        => 2026-01-02T03:04:05.500000
          1.767294245e9       => 2026-01-02T03:04:05
          -1                  => 1970-01-01T07:59:59
          253402271999.5      => 9999-12-31T23:59:59.500000
          2026-01-02          => already
          1767294245123       => out-of-range
          """)
  void whatWasWrittenSinceGoesBack(String epoch, String expected) {
    assertThat(down(MANILA, epoch)).isEqualTo(expected);
  }

  @Test
  void withoutAZoneTheWayBackHasTheOffset() {
    assertThat(down(NO_ZONE, "1767294245.5")).isEqualTo("2026-01-01T19:04:05.500000+00:00");
    assertThat(down(BERLIN, "1792888200.0")).isEqualTo("2026-10-25T02:30:00");
    assertThat(down(BERLIN, "1792891800.0")).isEqualTo("2026-10-25T02:30:00+01:00");
    assertThat(down(MANILA, "")).isEqualTo("already");
  }

  @Test
  void inDocumentsOnlyTheValueChanges() {
    Conversion conversion =
        json(
            "{ datetime-to-epoch: { fields: [joined, 'visits[].at', 'profile.born', 'seen[]'] } }");
    String old =
        """
        { "joined" : "2026-01-02T03:04:05Z" ,"name":"Añ\\u00e9 \\"x\\"",
          "visits":[{"at":"2026-01-02T03:04:05.5+08:00","p":1.50},{"at":null},{"p":[1,2]}],
          "profile":{"born":"2026-01-02"},"seen":["2026-01-02",1767312000.0],"a\\tb":1e2 }\
        """;

    String now = shown(conversion.up(new Stored.Json(old)));

    assertThat(now)
        .isEqualTo(
            """
            { "joined" : 1767323045.0 ,"name":"Añ\\u00e9 \\"x\\"",
              "visits":[{"at":1767294245.5,"p":1.50},{"at":null},{"p":[1,2]}],
              "profile":{"born":1767312000.0},"seen":[1767312000.0,1767312000.0],"a\\tb":1e2 }\
            """);
    assertThat(conversion.up(new Stored.Json(now))).isEqualTo(new Conversion.Already());
    assertThat(shown(conversion.down(new Stored.Json("{\"joined\":1767323045.0}"))))
        .isEqualTo("{\"joined\":\"2026-01-02T03:04:05+00:00\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          {"a":"1767312000.0"}   => {"a":1767312000.0}
          {"a":""}               => {"a":null}
          {"a":"None"}           => {"a":null}
          {"a":20260102}         => already
          {"a":"20260102"}       => ambiguous-number
          {"a":1767312000000}    => milliseconds
          {"a":true}             => no-date
          {"a":{"b":1}}          => no-date
          {"b":1}                => already
          [1]                    => already
          {"a":"2026-01-02"      => no-json
          {"a":1} x              => no-json
          """)
  void documents(String old, String expected) {
    assertThat(shown(json("{ datetime-to-epoch: { fields: a } }").up(new Stored.Json(old))))
        .isEqualTo(expected);
  }

  @Test
  void aDefaultTakesThePlaceOfWhatIsUnfit() {
    Conversion conversion =
        hash("{ datetime-to-epoch: { fields: [a, b] } }", "on-error: { default: \"0\" }");

    assertThat(shown(conversion.up(fields("a", "x", "b", "2026-01-02"))))
        .isEqualTo("{a=0, b=1767312000.0} replaced 1");
    assertThatThrownBy(
            () -> hash("{ datetime-to-epoch: { fields: a } }", "on-error: { default: never }"))
        .isInstanceOf(ChangeFileException.class)
        .hasMessageContaining("must be a number of seconds, or empty");
  }

  @Test
  void aFailureSaysWhatAndWhy() {
    assertThat(MANILA.up(fields("a", "1767294245123")))
        .isEqualTo(
            new Failed(
                "a",
                "1767294245123",
                "milliseconds",
                "too large for seconds; as milliseconds it is 2026-01-01T19:04:05Z, but nothing is"
                    + " guessed"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '"',
      textBlock =
          """
          1767294245.0                => epoch             => true
          4102444800                  => epoch-far         => true
          " 1767294245"               => unreadable        => false
          2026-01-02T03:04:05Z        => iso-offset        => true
          2026-01-02T03:04:05         => iso-naive         => false
          2026-01-02                  => date              => true
          ""                          => null              => true
          None                        => null-text         => true
          1767294245123               => milliseconds      => false
          20260102                    => ambiguous-number  => false
          <coroutine object x at 0x0> => damaged-coroutine => false
          soon                        => unreadable        => false
          """)
  void everyFormHasAName(String text, String name, boolean convertible) {
    assertThat(NO_ZONE.forms(fields("a", text)))
        .containsExactly(new Form("a", name, text, convertible));
  }
}
