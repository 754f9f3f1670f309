package dev.segue.examples.members;

import java.util.Arrays;

/// The two versions of the application; all that differs is what they call one column.
enum Version {
  OLD("fahanie_cares_member_id"),
  NEW("bm_parliament_member_id");

  private final String memberColumn;

  Version(String memberColumn) {
    this.memberColumn = memberColumn;
  }

  static Version labelled(String label) {
    return Arrays.stream(values())
        .filter(v -> v.label().equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("--version is old or new, not '" + label + "'"));
  }

  String memberColumn() {
    return memberColumn;
  }

  /// As on the command line and in the header `X-Members-Version`.
  String label() {
    return switch (this) {
      case OLD -> "old";
      case NEW -> "new";
    };
  }
}
