package dev.segue.redis.backup;

import dev.segue.conductor.shelf.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What an RDB file says of itself.
///
/// @param version of the format
/// @param checksummed whether the server put a checksum at its end (`rdbchecksum yes`)
record Rdb(int version, boolean checksummed) {

  private static final int HEAD = 9;
  private static final int CHECKSUM = 8;
  private static final int END = 0xff;

  /// Reads it whole.
  ///
  /// @throws dev.segue.change.SegueException EXTERNAL `backup-damaged`
  static Rdb check(Path file) throws IOException {
    long length = Files.size(file);
    if (length < HEAD + 1 + CHECKSUM) {
      throw StoredFile.damaged("%s has %d bytes: no snapshot is so short".formatted(file, length));
    }
    Crc64 crc = new Crc64();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(HEAD);
      int version = version(file, head);
      crc.update(head, 0, HEAD);
      byte[] buffer = new byte[1 << 16];
      int last = 0;
      for (long left = length - HEAD - CHECKSUM; left > 0; ) {
        int read = in.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
        if (read == 0) {
          throw StoredFile.damaged(file + " is cut off while it is read");
        }
        crc.update(buffer, 0, read);
        last = buffer[read - 1] & 0xff;
        left -= read;
      }
      if (last != END) {
        throw StoredFile.damaged(file + " does not end as a snapshot ends: it is cut off");
      }
      return new Rdb(version, compared(file, crc.value(), in.readNBytes(CHECKSUM)));
    }
  }

  private static int version(Path file, byte[] head) {
    String text = new String(head, StandardCharsets.US_ASCII);
    if (!text.matches("(?:REDIS|VALKEY)\\d+")) {
      throw StoredFile.damaged(file + " is no snapshot of Redis");
    }
    return Integer.parseInt(text.replaceAll("\\D", ""));
  }

  private static boolean compared(Path file, long computed, byte[] trailer) {
    long written = Crc64.little(trailer, 0);
    if (written != 0 && written != computed) {
      throw StoredFile.damaged(
          "%s has the checksum %016x, and what it holds comes to %016x"
              .formatted(file, written, computed));
    }
    return written != 0;
  }
}
