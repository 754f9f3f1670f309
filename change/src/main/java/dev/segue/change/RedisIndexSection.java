package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// `redis-indexes`: indexes of the query engine, made anew.
final class RedisIndexSection {

  private static final Form<String> INDEX_FORM =
      Scalars.pattern("an index's name", "^\\S+$", "is no name of an index: it holds blanks");

  /// A word, or several in quotes.
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  private static final Key<String> NAME =
      required("name", INDEX_FORM, "The new index's name; no index has it yet.");
  private static final Key<String> REPLACES =
      optional("replaces", INDEX_FORM, "The index that goes with the contract.");
  private static final Key<String> ALIAS =
      optional("alias", INDEX_FORM, "The alias applications ask; switched to the new index.");
  private static final Key<List<String>> DEFINITION =
      required(
          "definition",
          Scalars.text("a definition", s -> definition(s.text())),
          "What follows FT.CREATE and the name: ON HASH PREFIX 1 member: SCHEMA joined NUMERIC.");

  static final Form<RedisIndex> INDEX =
      MappingForm.of(
              f ->
                  new RedisIndex(
                      f.where(),
                      f.get(NAME),
                      f.find(REPLACES).orElse(null),
                      f.find(ALIAS).orElse(null),
                      f.get(DEFINITION)),
              NAME,
              REPLACES,
              ALIAS,
              DEFINITION)
          .checking(RedisIndexSection::check, NAME);

  private RedisIndexSection() {}

  private static void check(Fields f) {
    for (Key<String> other : List.of(REPLACES, ALIAS)) {
      if (f.find(other).filter(f.get(NAME)::equals).isPresent()) {
        f.problem("is the new index's own name; choose another name for that", other.name());
      }
    }
  }

  /// What several entries must agree on.
  static void check(List<RedisIndex> indexes, Fields change) {
    Set<String> names = new HashSet<>();
    for (RedisIndex index : indexes) {
      if (!names.add(index.name())) {
        change.problem(
            index.where().of("name"), "redis-indexes", "an earlier index has this name already");
      }
    }
  }

  private static List<String> definition(String text) throws Misfit {
    List<String> words =
        WORD.matcher(text)
            .results()
            .map(word -> {
              for (int group = 1; group <= 3; group++) {
                if (word.group(group) != null) {
                  return word.group(group);
                }
              }
              return "";
            })
            .toList();
    List<String> upper = words.stream().map(word -> word.toUpperCase(Locale.ROOT)).toList();
    if (!"ON".equals(upper.getFirst()) || !upper.contains("SCHEMA")) {
      throw new Misfit(
          "is no definition: write ON HASH or ON JSON, PREFIX, and SCHEMA with the fields");
    }
    return words;
  }
}
