package dev.segue.delivery.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The end of a log, for people.
public final class LogTail {

  private static final int BYTES = 16_384;
  private static final int LINES = 10;

  private LogTail() {}

  /// The last ten lines, indented.
  ///
  /// @param from bytes before this are of an earlier time
  public static String of(Path log, long from) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(from, file.length() - BYTES);
      file.seek(start);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - start)];
      file.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()))
          .indent(2);
    } catch (IOException e) {
      return "  (no log: " + e.getMessage() + ")\n";
    }
  }
}
