package dev.segue.change;

import java.util.regex.Pattern;

/// Text of a change file as it may be shown to people: whatever could be a password is hidden.
///
/// It hides too much rather than too little, because what it is shown is often not well-formed.
final class Redaction {

  private static final String HIDDEN = "***";

  /// `user:password@`, from the first colon that belongs to no scheme to the last at sign.
  private static final Pattern BEFORE_AT =
      Pattern.compile("^((?:jdbc:)?+(?:[^:@]*+://)?+[^:@]*+):.*@", Pattern.DOTALL);

  /// An at sign with no scheme before it: nobody knows what stands there.
  private static final Pattern BEFORE_BARE_AT = Pattern.compile("^(?!.*//).*@", Pattern.DOTALL);

  /// `//user:password` with the rest forgotten; a port may stay.
  private static final Pattern NO_PORT =
      Pattern.compile(
          "(//[^:@\\[\\s\"']*(?:\\[[^]]*])?):(?!\\d{1,5}(?![\\w@.-])).*", Pattern.DOTALL);

  private static final Pattern NAMED =
      Pattern.compile("(pass(?:word|wd)?\\s*[=:]).*?(?=&|$)", Pattern.CASE_INSENSITIVE);

  private Redaction() {}

  static String of(String text) {
    String shown = BEFORE_AT.matcher(text).replaceFirst("$1:" + HIDDEN + "@");
    if (shown.equals(text)) {
      shown = BEFORE_BARE_AT.matcher(text).replaceFirst(HIDDEN + "@");
      shown = NO_PORT.matcher(shown).replaceFirst("$1:" + HIDDEN);
    }
    return NAMED.matcher(shown).replaceAll("$1" + HIDDEN);
  }
}
