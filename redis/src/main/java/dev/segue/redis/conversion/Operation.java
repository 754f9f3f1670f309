package dev.segue.redis.conversion;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// One change of the file, made ready. Done twice it does what it does once.
interface Operation {

  /// The names it looks at or writes.
  Set<String> names();

  /// The same in several, of which none depends on another.
  default List<Operation> apart() {
    return List.of(this);
  }

  /// @param repair asked for every value that is unfit
  void up(Draft draft, Repair repair) throws Unfit;

  void down(Draft draft) throws Unfit;

  void forms(Draft draft, Consumer<Conversion.Form> found) throws Unfit;
}
