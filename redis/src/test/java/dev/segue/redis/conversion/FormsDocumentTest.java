package dev.segue.redis.conversion;

import static dev.segue.redis.conversion.Asked.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.redis.conversion.Conversion.Already;
import dev.segue.redis.conversion.Conversion.Converted;
import dev.segue.redis.conversion.Conversion.Failed;
import dev.segue.redis.conversion.Conversion.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/redis-forms.md says what becomes of each form: every row of its tables is carried out.
class FormsDocumentTest {

  private static final String ZONED = "{ datetime-to-epoch: { fields: a, zone: Asia/Manila } }";
  private static final String UNZONED = "{ datetime-to-epoch: { fields: a } }";

  /// The rows of the table with this heading, their code marks taken off.
  private static List<List<String>> rows(String heading) {
    try {
      List<List<String>> rows = new ArrayList<>();
      boolean in = false;
      for (String line : Files.readAllLines(Path.of("../docs/redis-forms.md"))) {
        in = line.startsWith("| " + heading + " |") || (in && line.startsWith("|"));
        if (in && line.startsWith("| `")) {
          String inner = line.substring(2, line.length() - 2);
          rows.add(List.of(inner.split(" \\| ", -1)));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String code(String cell) {
    int from = cell.indexOf('`');
    return from < 0 ? "" : cell.substring(from + 1, cell.lastIndexOf('`')).replace("`", "");
  }

  static List<List<String>> inAHash() {
    return rows("in a hash");
  }

  static List<List<String>> inADocument() {
    return rows("in a document");
  }

  static List<List<String>> writtenSince() {
    return rows("written since");
  }

  static List<List<String>> otherChanges() {
    return rows("`convert`").stream().filter(row -> !row.getFirst().equals("`convert`")).toList();
  }

  @Test
  void hasItsTables() {
    assertThat(inAHash()).hasSizeGreaterThan(30);
    assertThat(inADocument()).hasSizeGreaterThan(5);
    assertThat(writtenSince()).hasSizeGreaterThan(3);
    assertThat(otherChanges()).hasSizeGreaterThan(8);
  }

  @ParameterizedTest
  @MethodSource
  void inAHash(List<String> row) {
    Stored old = fields("a", code(row.getFirst()));

    assertThat(said(Asked.hash(ZONED).up(old))).isEqualTo(row.get(1));
    assertThat(Asked.hash(ZONED).forms(old))
        .extracting(Conversion.Form::name)
        .containsExactly(code(row.get(2)));
  }

  @ParameterizedTest
  @MethodSource
  void inADocument(List<String> row) {
    Stored old = document(code(row.getFirst()));

    assertThat(said(Asked.json(ZONED).up(old))).isEqualTo(row.get(1));
    assertThat(Asked.json(ZONED).forms(old))
        .extracting(Conversion.Form::name)
        .containsExactly(code(row.get(2)));
  }

  @ParameterizedTest
  @MethodSource
  void writtenSince(List<String> row) {
    Stored now = fields("a", code(row.getFirst()));

    assertThat(said(Asked.hash(ZONED).down(now))).isEqualTo(row.get(1));
    assertThat(said(Asked.hash(UNZONED).down(now))).isEqualTo(row.get(2));
  }

  @ParameterizedTest
  @MethodSource
  void otherChanges(List<String> row) {
    String before = code(row.get(1));
    String after = code(row.get(2));
    Result result = Asked.json("{ " + code(row.getFirst()) + " }").up(new Stored.Json(before));

    assertThat(result)
        .isEqualTo(before.equals(after) ? new Already() : new Converted(new Stored.Json(after), 0));
  }

  private static Stored document(String value) {
    return new Stored.Json("{\"a\":" + value + "}");
  }

  /// In the words of the page.
  private static String said(Result result) {
    return switch (result) {
      case Already _ -> "itself";
      case Converted(Stored.Hash now, int _) ->
          "`" + Map.copyOf(now.fields()).getOrDefault("a", "") + "`";
      case Converted(Stored.Json now, int _) ->
          "`" + now.text().substring(5, now.text().length() - 1) + "`";
      case Failed failed -> "fails: `" + failed.code() + "`";
    };
  }
}
