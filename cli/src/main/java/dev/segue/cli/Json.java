package dev.segue.cli;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The one way this command writes JSON.
final class Json {

  private static final JsonMapper LINE = JsonMapper.builder().build();
  private static final JsonMapper DOCUMENT =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  static String line(Object value) {
    return LINE.writeValueAsString(value);
  }

  static String document(Object value) {
    return DOCUMENT.writeValueAsString(value);
  }
}
