package dev.segue.redis.conversion;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What of a stored value has nothing to do with the rest of it: whatever becomes of one part, the
/// others are none the wiser. Pure.
public interface Part {

  /// Looks at nothing but this part, and leaves the rest as it is.
  Conversion conversion();

  /// The texts that are there, by place: fields of a hash, places in a document.
  Map<String, String> values(Stored stored);

  /// The same with these texts in the stead of those that are there; the rest keeps its bytes.
  ///
  /// @return empty where there is nothing any more that they could be put into
  Optional<Stored> with(Stored stored, Map<String, String> values);

  /// Whether a place in one is that place in the other even if nothing is there now: not in a list
  /// that has become another one.
  boolean samePlaces(Stored one, Stored other);

  /// Some fields of a hash.
  static Part ofFields(Conversion conversion, List<String> names) {
    return new Parts.Fields(conversion, List.copyOf(names));
  }

  /// All there is.
  static Part whole(Conversion conversion) {
    return new Parts.Whole(conversion);
  }
}
