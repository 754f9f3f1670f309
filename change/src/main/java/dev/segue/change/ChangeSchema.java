package dev.segue.change;

import java.util.Map;

/// The JSON Schema of change files, for editors that complete and explain keys.
///
/// It is made of the same keys the reader uses. It says what each value may look like; what values
/// must agree on, and whether files and variables are there, only [ChangeFile] knows.
public final class ChangeSchema {

  private ChangeSchema() {}

  /// The schema (draft 2020-12) as JSON text.
  public static String json() {
    Map<String, Object> schema =
        Scalars.schema(
            "$schema",
            "https://json-schema.org/draft/2020-12/schema",
            "title",
            "Segue change file",
            "description",
            "One change to the data layer of a live application.");
    schema.putAll(ChangeSection.FORM.schema());
    return Json.write(schema);
  }
}
