package dev.segue.postgres.definition;

import java.util.regex.Pattern;

/// What a statement says when casts, parentheses and blanks are taken away.
///
/// The server does not read its own text back to the same text: it prints `status IN ('a', 'b')`
/// over a varchar as a cast of an array, and after a restore as an array of casts. Every restored
/// database with such a check would count as different.
final class Essence {

  private static final Pattern CAST =
      Pattern.compile(
          """
          ::(?:character\\ varying|double\\ precision|bit\\ varying
            |time(?:stamp)?(?:\\(\\d\\))?\\ with(?:out)?\\ time\\ zone
            |(?:(?:"(?:[^"]|"")+"|\\w+)\\.)?(?:"(?:[^"]|"")+"|\\w+))
          (?:\\([\\d,\\ ]+\\))?(?:\\[])*
          """,
          Pattern.COMMENTS);

  private static final Pattern NOISE = Pattern.compile("[\\s()]+");

  private Essence() {}

  static String of(String sql) {
    return NOISE.matcher(CAST.matcher(sql).replaceAll("")).replaceAll("");
  }
}
