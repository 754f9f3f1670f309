package dev.segue.redis.index;

import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Raw;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What FT.INFO says.
///
/// @param name of the index, also where it was asked for by an alias
/// @param indexing whether keys that were there before it are still being read
/// @param done 0 to 1
/// @param failures keys that could not be indexed
/// @param lastFailure why the last of them could not, with its key; blank: none, or nobody says
record IndexInfo(
    String name, long documents, boolean indexing, double done, long failures, String lastFailure) {

  static IndexInfo of(Answer answer) {
    Pairs pairs = Pairs.of(answer);
    Pairs errors = Pairs.of(pairs.of("index errors"));
    String why = errors.text("last indexing error");
    return new IndexInfo(
        Raw.shown(pairs.text("index_name")),
        whole(pairs.text("num_docs")),
        whole(pairs.text("indexing")) != 0,
        number(pairs.text("percent_indexed"), 1),
        whole(pairs.text("hash_indexing_failures")),
        why.isEmpty() || why.equals("N/A")
            ? ""
            : Raw.shown(errors.text("last indexing error key")) + ": " + Raw.shown(why));
  }

  boolean ready() {
    return !indexing && done >= 1;
  }

  private static long whole(String text) {
    return Math.round(number(text, 0));
  }

  private static double number(String text, double otherwise) {
    return text.isEmpty() || text.equalsIgnoreCase("nan") ? otherwise : Double.parseDouble(text);
  }

  /// A list of names, each followed by its value.
  record Pairs(Map<String, Answer> values) {

    static Pairs of(Answer answer) {
      List<Answer> parts = answer.parts();
      Map<String, Answer> values = new HashMap<>();
      for (int i = 0; i + 1 < parts.size(); i += 2) {
        values.put(parts.get(i).words().toLowerCase(Locale.ROOT), parts.get(i + 1));
      }
      return new Pairs(values);
    }

    Answer of(String name) {
      return values.getOrDefault(name, new Answer(null));
    }

    String text(String name) {
      return of(name).words();
    }
  }
}
