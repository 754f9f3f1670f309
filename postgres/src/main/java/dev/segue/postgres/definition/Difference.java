package dev.segue.postgres.definition;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One thing that two definitions do not have in common.
///
/// @param what it is: `table public.person`
/// @param promised the statement that makes it as it should be; null where it should not be there
/// @param found the statement that makes it as it is; null where it is not there
public record Difference(String what, @Nullable String promised, @Nullable String found) {

  /// For people, on one line: `table public.person is missing`.
  public String words() {
    if (promised == null) {
      return what + " is there besides";
    }
    return found == null ? what + " is missing" : what + " is otherwise";
  }

  /// Line by line what is missing (`- …`) and what is there in its stead (`+ …`).
  public List<String> lines() {
    List<String> should = lines(promised);
    List<String> is = lines(found);
    List<String> lines = new ArrayList<>();
    should.stream().filter(line -> !is.contains(line)).map("- "::concat).forEach(lines::add);
    is.stream().filter(line -> !should.contains(line)).map("+ "::concat).forEach(lines::add);
    return List.copyOf(lines);
  }

  private static List<String> lines(@Nullable String sql) {
    return sql == null ? List.of() : sql.lines().toList();
  }
}
