package dev.segue.redis.conversion;

/// One value within what is stored. A hash holds texts only; what is written to it becomes text.
sealed interface Value {

  record Text(String text) implements Value {}

  /// @param literal as JSON writes it
  record Numeral(String literal) implements Value {}

  /// JSON's null.
  enum Nothing implements Value {
    NOTHING
  }

  /// A flag, a list or an object.
  record Other(String json) implements Value {}

  /// For people and for hashes.
  default String shown() {
    return switch (this) {
      case Text v -> v.text();
      case Numeral v -> v.literal();
      case Nothing _ -> "";
      case Other v -> v.json();
    };
  }
}
