package dev.segue.redis.conversion;

import dev.segue.change.Backfill;
import dev.segue.change.ChangeFile;
import dev.segue.redis.conversion.Conversion.Converted;
import dev.segue.redis.conversion.Conversion.Failed;
import dev.segue.redis.conversion.Conversion.Result;
import java.nio.file.Path;
import java.util.Map;

/// Conversions as change files ask for them.
public final class Asked {

  private Asked() {}

  /// Of hashes; `more` may say how errors are met.
  public static Conversion hash(String changes, String... more) {
    return of("hash", changes, more);
  }

  /// Of documents.
  public static Conversion json(String changes, String... more) {
    return of("json-text", changes, more);
  }

  private static Conversion of(String type, String changes, String... more) {
    String yaml =
        """
        change: asked
        redis: { url: redis://localhost }
        backfill:
          - keys: "k:*"
            type: %s
            convert: [%s]
            %s
        """
            .formatted(type, changes, String.join("\n    ", more));
    Backfill backfill =
        ChangeFile.parse(yaml, Path.of("change.yaml"), Map.of()).data().backfills().getFirst();
    return Conversions.of((Backfill.Keys) backfill);
  }

  public static Stored.Hash fields(String... namesAndValues) {
    Map<String, String> fields = new java.util.TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Stored.Hash(fields);
  }

  /// What became of a value, in a word: the new text, `already`, or the code of the failure.
  static String shown(Result result) {
    return switch (result) {
      case Conversion.Already _ -> "already";
      case Converted(Stored.Hash now, int replaced) -> now.fields() + counted(replaced);
      case Converted(Stored.Json now, int replaced) -> now.text() + counted(replaced);
      case Failed failed -> failed.code();
    };
  }

  private static String counted(int replaced) {
    return replaced == 0 ? "" : " replaced " + replaced;
  }
}
