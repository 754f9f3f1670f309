package dev.segue.change;

import dev.segue.change.ScalarForm.Parser;
import dev.segue.change.ScalarForm.Scalar;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Tag;

/// The kinds of single values that more than one part of a change file has.
final class Scalars {

  /// What stands in a schema's pattern for "or with a variable in it, and then who knows".
  private static final String OR_VARIABLE = "|\\$\\{";

  private static final String DURATION_PATTERN = "(?:\\d{1,9}(?:ms|s|m|h|d))+$";
  private static final Duration LONGEST = Duration.ofDays(3650);

  static final Form<String> TEXT = text("text", Scalar::text);

  /// Text that may be empty.
  static final Form<String> ANY_TEXT =
      new ScalarForm<>("text", Tag.STR, schema("type", "string"), Scalar::text);

  /// A path of a URL.
  static final Form<String> HTTP_PATH =
      pattern("a path that begins with /", "^/\\S*$", "must begin with / and hold no blanks");

  /// A host name or address to connect to or listen on.
  static final Form<String> HOST =
      pattern("a host", "^[A-Za-z0-9._:%-]+$", "is no host: write a name or an address, no port");

  static final Form<Path> PATH = text("a path", Scalars::path);

  /// A file that is there.
  static final Form<Path> FILE = text("the path of a file", Scalars::existingFile);

  /// A condition. Compiled by whoever knows its variables.
  static final Form<Expression> EXPRESSION = text("a condition", Scalars::expression);

  static final Form<Duration> DURATION = duration("^", false);

  /// A duration longer than nothing.
  static final Form<Duration> TIME = duration("^(?=.*[1-9])", true);

  static final Form<Integer> PORT = number("a port", 1, 65535);

  static final Form<Boolean> FLAG =
      new ScalarForm<>(
          "true or false",
          Tag.BOOL,
          schema("type", List.of("boolean", "string"), "pattern", "\\$\\{"),
          s ->
              switch (s.text().toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new Misfit("is neither true nor false");
              });

  private Scalars() {}

  /// Text of any kind, at least one character long.
  static <T> Form<T> text(String expected, Parser<T> parser) {
    return new ScalarForm<>(
        expected, Tag.STR, schema("type", "string", "minLength", 1), notBlank(parser));
  }

  /// Text of a form that a pattern can tell.
  static Form<String> pattern(String expected, String pattern, String otherwise) {
    return pattern(expected, pattern, otherwise, Scalar::text);
  }

  static <T> Form<T> pattern(String expected, String pattern, String otherwise, Parser<T> parser) {
    return new ScalarForm<>(
        expected,
        Tag.STR,
        schema("type", "string", "pattern", pattern + OR_VARIABLE),
        notBlank(s -> {
          if (!s.text().matches(pattern)) {
            throw new Misfit(otherwise);
          }
          return parser.parse(s);
        }));
  }

  static Form<Integer> number(String expected, int least, int most) {
    String range = "must be a whole number from " + least + " to " + most;
    return new ScalarForm<>(
        expected + " (a whole number from " + least + " to " + most + ")",
        Tag.INT,
        schema(
            "type",
            List.of("integer", "string"),
            "minimum",
            least,
            "maximum",
            most,
            "pattern",
            "\\$\\{"),
        s -> {
          if (!s.text().matches("\\d{1,9}")) {
            throw new Misfit(range);
          }
          int n = Integer.parseInt(s.text());
          if (n < least || n > most) {
            throw new Misfit(range);
          }
          return n;
        });
  }

  /// One of an enum's constants, written in lower case with hyphens.
  static <E extends Enum<E>> Form<E> word(Class<E> type) {
    return word(type, e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  static <E extends Enum<E>> Form<E> word(Class<E> type, Function<E, String> spelling) {
    Map<String, E> words =
        Arrays.stream(type.getEnumConstants())
            .collect(
                Collectors.toMap(spelling, e -> e, (a, b) -> a, LinkedHashMap<String, E>::new));
    List<String> spelt = List.copyOf(words.keySet());
    return new ScalarForm<>(
        "one of " + String.join(", ", spelt),
        Tag.STR,
        schema(
            "type", "string", "anyOf", List.of(Map.of("enum", spelt), Map.of("pattern", "\\$\\{"))),
        s -> {
          E found = words.get(s.text());
          if (found == null) {
            throw new Misfit(
                "is not one of " + String.join(", ", spelt) + Nearest.hint(s.text(), spelt));
          }
          return found;
        });
  }

  /// A map that keeps the order in which it was written.
  static Map<String, Object> schema(Object... keywordsAndValues) {
    Map<String, Object> schema = new LinkedHashMap<>();
    for (int i = 0; i < keywordsAndValues.length; i += 2) {
      schema.put((String) keywordsAndValues[i], keywordsAndValues[i + 1]);
    }
    return schema;
  }

  private static Form<Duration> duration(String start, boolean positive) {
    return new ScalarForm<>(
        "a duration such as 90s, 5m or 1h30m",
        Tag.STR,
        schema("type", "string", "pattern", start + DURATION_PATTERN + OR_VARIABLE),
        s -> {
          Duration duration = parseDuration(s.text());
          if (positive && duration.isZero()) {
            throw new Misfit("must be longer than nothing");
          }
          return duration;
        });
  }

  static Duration parseDuration(String text) throws Misfit {
    Duration duration;
    try {
      duration = Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Misfit("is no duration: write 250ms, 90s, 5m, 24h, 7d or 1h30m");
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw new Misfit("is longer than ten years");
    }
    return duration;
  }

  private static Path path(Scalar scalar) throws Misfit {
    try {
      return scalar.reading().resolve(scalar.text());
    } catch (InvalidPathException e) {
      throw new Misfit("is no path on this system");
    }
  }

  static Path existingFile(Scalar scalar) throws Misfit {
    Path path = path(scalar);
    if (!Files.isRegularFile(path)) {
      throw new Misfit("names no file; paths start at the change file's directory");
    }
    if (!Files.isReadable(path)) {
      throw new Misfit("names a file that may not be read");
    }
    return path;
  }

  private static Expression expression(Scalar scalar) {
    String text = scalar.text();
    int blanks = text.length() - text.stripLeading().length();
    return new Expression(text.strip(), scalar.place(blanks));
  }

  private static <T> Parser<T> notBlank(Parser<T> parser) {
    return s -> {
      if (s.text().isBlank()) {
        throw new Misfit("is empty");
      }
      if (s.text().indexOf('\0') >= 0) {
        throw new Misfit("holds a NUL character");
      }
      return parser.parse(s);
    };
  }
}
