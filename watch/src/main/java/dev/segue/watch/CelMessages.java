package dev.segue.watch;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What CEL's parser and checker say, said to a person who has never heard of either.
final class CelMessages {

  private record Wording(Pattern theirs, String ours) {}

  private static final List<Wording> WORDINGS =
      List.of(
          wording(
              "(?:mismatched|extraneous|no viable alternative at) input '<EOF>'.*",
              "ends too early"),
          wording("(?:mismatched|extraneous) input '(.+?)' expecting .*", "unexpected '$1'"),
          wording("no viable alternative at input '(.+)'", "unexpected '$1'"),
          wording("missing (.+) at '<EOF>'", "ends too early: missing $1"),
          wording(
              "token recognition error at: '=\\s*'", "unexpected '=': equality is written '=='"),
          wording("token recognition error at: '(.+?)\\s*'", "unexpected '$1'"),
          wording(
              "undeclared reference to '(.+?)' \\(in container ''\\)", "there is no function '$1'"),
          wording(
              "found no matching overload for '[_!]*([^_@]+?)_?' applied to '(.*?)'(?: \\(candidates.*)?",
              "'$1' cannot be applied to $2"),
          wording("For input string: \"(.+)\".*", "'$1' is too large a number"),
          wording("(\\w+) validation failed\\. Reason: (?:evaluation error: )?(.*)", "$2"));

  private CelMessages() {}

  /// Its first line, without what only its makers understand.
  static String clean(String message) {
    String line = message.lines().findFirst().orElse("").strip();
    for (Wording wording : WORDINGS) {
      Matcher matcher = wording.theirs.matcher(line);
      if (matcher.matches()) {
        line = matcher.replaceFirst(wording.ours);
        break;
      }
    }
    return line.replace("google.protobuf.Duration", "duration")
        .replace("google.protobuf.Timestamp", "timestamp");
  }

  private static Wording wording(String theirs, String ours) {
    return new Wording(Pattern.compile(theirs), ours);
  }
}
