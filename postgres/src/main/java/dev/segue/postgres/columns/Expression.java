package dev.segue.postgres.columns;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An SQL expression over a row's columns, as the server writes it out: every name with its schema,
/// every column with a mark before it that stands for the row.
///
/// @param text with the mark
record Expression(String text) {

  /// The name the row has while the server writes the expression out.
  static final String MARK = "segue_row__";

  /// @param row `new.`, `old.`, or nothing where the columns stand alone
  String on(String row) {
    return text.replace(MARK + ".", row);
  }

  /// The same with another expression in a column's place.
  ///
  /// @param column as SQL names it
  Expression with(String column, Expression value) {
    Pattern whole = Pattern.compile(Pattern.quote(MARK + "." + column) + "(?![\\w$\"])");
    return new Expression(
        whole.matcher(text).replaceAll(Matcher.quoteReplacement("(" + value.text + ")")));
  }
}
