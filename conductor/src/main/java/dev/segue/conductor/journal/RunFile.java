package dev.segue.conductor.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The journal of one run as a file of lines: length, checksum, record.
///
/// ```
/// 00000263 5f3a09c1 {"seq":1,"epoch":1,"at":"…","version":1,"kind":"…","previousHash":"…","hash":"…","body":{…}}
/// ```
///
/// A line without its line feed was being written when the power went, or is being written now: it
/// does not count. Any other line that is not what it should be is damage.
final class RunFile {

  private static final Pattern RECORD =
      Pattern.compile(
          "\\{\"seq\":(\\d{1,18}),\"epoch\":(\\d{1,18}),\"at\":\"([^\"]+)\",\"version\":(\\d{1,9}),"
              + "\"kind\":\"([^\"]+)\",\"previousHash\":\"([^\"]+)\",\"hash\":\"([^\"]+)\","
              + "\"body\":(\\{.*})}");

  /// All that a newer form of record is sure to have in common with this one.
  private static final Pattern VERSION = Pattern.compile("\\{[^{]*?\"version\":(\\d{1,9})\\b.*");

  /// Eight digits, a space, eight more and a space.
  private static final int PREFIX = 18;

  /// What a file holds.
  ///
  /// @param length of the whole lines, in bytes
  record Content(List<Entry> entries, long length) {

    @Nullable Entry last() {
      return entries.isEmpty() ? null : entries.getLast();
    }
  }

  private final Path file;
  private @Nullable Content known;

  RunFile(Path file) {
    this.file = file;
  }

  /// The last record, from before or as the file says.
  @Nullable Entry last(String run) {
    Content content = known;
    if (content == null) {
      content = Files.exists(file) ? read(file, run) : new Content(List.of(), 0);
      known = content;
    }
    return content.last();
  }

  /// Adds a line; it is on the disk when this returns, and not in the file when it throws.
  ///
  /// Call [#last] before.
  void append(Entry entry) {
    Content before = known;
    if (before == null) {
      throw new IllegalStateException("nobody has looked what is in " + file);
    }
    known = null;
    byte[] line = line(entry);
    try {
      if (before.length() == 0) {
        Disk.replace(file, line);
      } else {
        append(before.length(), line);
      }
    } catch (IOException e) {
      throw Disk.explain(file, "write the journal", e);
    }
    known = new Content(List.of(entry), before.length() + line.length);
  }

  private void append(long end, byte[] line) throws IOException {
    if (Files.size(file) < end) {
      throw new JournalCorruptException(
          "The journal " + file + " has become shorter than this conductor left it",
          "Find out who cuts it, then run the same command: it goes on from what is left.");
    }
    // Not a channel: an interrupted thread would find it closed.
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      try {
        // A torn line of an earlier process goes first.
        open.setLength(end);
        open.seek(end);
        open.write(line);
        open.getFD().sync();
      } catch (IOException e) {
        try {
          open.setLength(end);
          open.getFD().sync();
        } catch (IOException stays) {
          // Then it is a torn line, dropped by whoever reads next.
          e.addSuppressed(stays);
        }
        throw e;
      }
    }
  }

  /// Everything in a file, the chain verified.
  static Content read(Path file, String run) {
    try {
      return parse(file, run, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw RunId.unknown(run);
    } catch (IOException e) {
      throw Disk.explain(file, "read the journal", e);
    }
  }

  /// @param file where the bytes are from, for messages
  static Content parse(Path file, String run, byte[] bytes) {
    List<Entry> entries = new ArrayList<>();
    int start = 0;
    for (int end = lineFeed(bytes, start); end >= 0; end = lineFeed(bytes, start)) {
      entries.add(entry(file, run, entries.size() + 1, Arrays.copyOfRange(bytes, start, end)));
      start = end + 1;
    }
    checkTorn(file, entries.size() + 1, Arrays.copyOfRange(bytes, start, bytes.length));
    Chain.verify(run, entries);
    return new Content(List.copyOf(entries), start);
  }

  static byte[] line(Entry entry) {
    String record =
        "{\"seq\":%d,\"epoch\":%d,\"at\":\"%s\",\"version\":%d,\"kind\":\"%s\",\"previousHash\":\"%s\",\"hash\":\"%s\",\"body\":%s}"
            .formatted(
                entry.seq(),
                entry.epoch(),
                Chain.text(entry.at()),
                entry.version(),
                entry.kind(),
                entry.previousHash(),
                entry.hash(),
                entry.body());
    return framed(record.getBytes(UTF_8));
  }

  static byte[] framed(byte[] record) {
    return (prefix(record) + new String(record, UTF_8) + "\n").getBytes(UTF_8);
  }

  private static Entry entry(Path file, String run, int number, byte[] line) {
    String text = new String(line, UTF_8);
    if (line.length < PREFIX
        || !text.startsWith(prefix(Arrays.copyOfRange(line, PREFIX, line.length)))) {
      throw damaged(file, number, "does not match its length and checksum");
    }
    Matcher version = VERSION.matcher(text.substring(PREFIX));
    if (version.matches()) {
      Chain.checkVersion(run, number, Integer.parseInt(version.group(1)));
    }
    Matcher record = RECORD.matcher(text.substring(PREFIX));
    if (!record.matches()) {
      throw damaged(file, number, "is whole, but not a record this version of Segue can read");
    }
    return new Entry(
        Long.parseLong(record.group(1)),
        Long.parseLong(record.group(2)),
        Instant.parse(record.group(3)),
        Integer.parseInt(record.group(4)),
        record.group(5),
        record.group(8),
        record.group(6),
        record.group(7));
  }

  /// A whole record that is followed by something other than a line feed was not torn: somebody
  /// changed that byte, and the record may have been acted upon.
  private static void checkTorn(Path file, int number, byte[] rest) {
    if (rest.length > PREFIX + 1) {
      byte[] record = Arrays.copyOfRange(rest, PREFIX, rest.length - 1);
      if (new String(rest, UTF_8).startsWith(prefix(record))) {
        throw damaged(file, number, "does not end with a line feed");
      }
    }
  }

  private static String prefix(byte[] record) {
    CRC32C checksum = new CRC32C();
    checksum.update(record);
    return "%08d %08x ".formatted(record.length, checksum.getValue());
  }

  private static int lineFeed(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static JournalCorruptException damaged(Path file, int number, String how) {
    return new JournalCorruptException(
        "Record " + number + " of the journal " + file + " " + how,
        JournalCorruptException.WAY_OUT);
  }
}
