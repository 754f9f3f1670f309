package dev.segue.backfill;

/// A part of a text that may be long, for lists and messages: with a mark where something is left
/// out.
final class Excerpt {

  private static final String LEFT_OUT = "…";

  private Excerpt() {}

  /// The beginning. Of one of these it is the same.
  static String of(String text, int most) {
    return of(text, 0, most);
  }

  /// @param from where it begins, about
  /// @param most characters, the marks not counted at the beginning
  static String of(String text, int from, int most) {
    int begin = whole(text, Math.clamp(from, 0, text.length()));
    String before = begin > 0 ? LEFT_OUT : "";
    if (text.length() - begin <= most) {
      return before + text.substring(begin);
    }
    return before + text.substring(begin, whole(text, begin + most - LEFT_OUT.length())) + LEFT_OUT;
  }

  /// Not in the middle of a character that is two.
  private static int whole(String text, int at) {
    boolean within = at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at));
    return within ? at - 1 : at;
  }
}
