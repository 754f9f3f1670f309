package dev.segue.redis.conversion;

import java.util.List;

/// What a change makes of a value, and back. Pure: the same value gives the same result.
public interface Conversion {

  /// The fields of a hash that [#up] and [#down] look at or write; empty for documents.
  List<String> fields();

  Result up(Stored old);

  /// Of a value in the new form whose old text was not kept, because it was written since.
  Result down(Stored now);

  /// Those of which none depends on another: together they do what this does.
  default List<Part> parts() {
    return List.of(Part.whole(this));
  }

  /// What became of it.
  sealed interface Result {}

  /// Nothing to do: it has the form already.
  record Already() implements Result {}

  /// @param now fields of a hash that are in the old one and not here go
  /// @param replaced how many of its values were replaced by the default of the failure policy
  record Converted(Stored now, int replaced) implements Result {}

  /// @param field whose value it is
  /// @param value as it is
  /// @param code stable, kebab-case: `no-zone`, `no-date`, `damaged-coroutine`
  /// @param reason for people
  record Failed(String field, String value, String code, String reason) implements Result {}

  /// The forms found in a value, for statistics: each field's. Forms have short stable names:
  /// `epoch`, `iso-offset`, `iso-naive`, `date`, `null`, `damaged-coroutine`, `unreadable`.
  List<Form> forms(Stored stored);

  /// @param convertible whether [#up] can make something of it, or needs not to
  record Form(String field, String name, String example, boolean convertible) {}
}
