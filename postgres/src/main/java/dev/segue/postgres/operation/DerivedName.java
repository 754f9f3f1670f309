package dev.segue.postgres.operation;

import dev.segue.postgres.sql.Identifiers;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Names that Segue makes up from others.
final class DerivedName {

  /// Of what lives during the change only.
  private static final String PASSING = "__segue";

  private DerivedName() {}

  /// `first_second`; cut, with a checksum of the whole, where that is too long for the server.
  static String of(String first, String second) {
    return fit(first + "_" + second, "");
  }

  static String of(String first, String second, String third) {
    return fit(first + "_" + second, "_" + third);
  }

  static String passing(String first, String second) {
    return fit(first + "_" + second, PASSING);
  }

  private static String fit(String name, String suffix) {
    if (Identifiers.bytes(name + suffix) <= Identifiers.MAX_BYTES) {
      return name + suffix;
    }
    CRC32 checksum = new CRC32();
    checksum.update(name.getBytes(StandardCharsets.UTF_8));
    String tail = "_%08x".formatted(checksum.getValue()) + suffix;
    String head = name;
    while (Identifiers.bytes(head + tail) > Identifiers.MAX_BYTES) {
      head = head.substring(0, head.offsetByCodePoints(head.length(), -1));
    }
    return head + tail;
  }
}
