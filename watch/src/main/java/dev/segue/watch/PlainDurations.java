package dev.segue.watch;

import dev.segue.change.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A condition with its plain durations (`2s`, `1m30s`) turned into what CEL reads, and the way
/// back from an offset in CEL's text to one in the text a person wrote.
final class PlainDurations {

  /// String literals and comments come first, so that nothing inside them is taken for a duration.
  private static final Pattern TOKEN =
      Pattern.compile(
          """
          //[^\\n]*
          | (?<!\\w)[bB]?[rR](?:\"""[\\s\\S]*?\"""|'''[\\s\\S]*?'''|"[^"\\n]*"|'[^'\\n]*')
          | \"""(?:[^"\\\\]|\\\\[\\s\\S]|"(?!""))*+\"""
          | '''(?:[^'\\\\]|\\\\[\\s\\S]|'(?!''))*+'''
          | "(?:[^"\\\\\\n]|\\\\.)*+"
          | '(?:[^'\\\\\\n]|\\\\.)*+'
          | (?<![\\w.])(?<duration>(?:\\d{1,9}(?:ms|s|m|h|d))+)(?!\\w)
          """,
          Pattern.COMMENTS);

  private final String cel;
  private final List<Replacement> replacements;

  /// From `start` in the person's text and `celStart` in CEL's.
  private record Replacement(int start, int length, int celStart, int celLength) {}

  private PlainDurations(String cel, List<Replacement> replacements) {
    this.cel = cel;
    this.replacements = replacements;
  }

  static PlainDurations in(String text) {
    StringBuilder cel = new StringBuilder();
    List<Replacement> replacements = new ArrayList<>();
    Matcher tokens = TOKEN.matcher(text);
    int copied = 0;
    while (tokens.find()) {
      String duration = tokens.group("duration");
      if (duration != null) {
        cel.append(text, copied, tokens.start());
        String call = "duration('" + Durations.parse(duration).toMillis() + "ms')";
        replacements.add(
            new Replacement(tokens.start(), duration.length(), cel.length(), call.length()));
        cel.append(call);
        copied = tokens.end();
      }
    }
    return new PlainDurations(cel.append(text, copied, text.length()).toString(), replacements);
  }

  String cel() {
    return cel;
  }

  /// Inside a replaced duration every offset is the duration's own beginning.
  int original(int celOffset) {
    int offset = celOffset;
    for (Replacement r : replacements) {
      if (celOffset >= r.celStart + r.celLength) {
        offset -= r.celLength - r.length;
      } else if (celOffset >= r.celStart) {
        return r.start;
      }
    }
    return offset;
  }
}
