package dev.segue.conductor.journal;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The chain of hashes that makes every later change to a journal visible.
///
/// The hash of a record is the SHA-256, in lower case hexadecimal, of these lines in UTF-8, each
/// but the last ended by one line feed:
///
/// ```
/// run
/// seq
/// epoch
/// at          2026-03-01T02:00:00.000000Z, always six digits
/// version
/// kind
/// previousHash
/// body
/// ```
public final class Chain {

  /// The form of record written today. Older ones are read as well, newer ones are refused.
  public static final int VERSION = 1;

  /// Stands before the first record.
  public static final String GENESIS = "0".repeat(64);

  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,49}");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Chain() {}

  /// The record that follows.
  ///
  /// @param last the last record of the run, or null when there is none
  static Entry next(
      String run, @Nullable Entry last, long epoch, Instant at, String kind, String body) {
    long seq = last == null ? 1 : last.seq() + 1;
    String previous = last == null ? GENESIS : last.hash();
    Instant micros = at.truncatedTo(ChronoUnit.MICROS);
    Entry unsigned = new Entry(seq, epoch, micros, VERSION, kind, body, previous, "");
    return new Entry(seq, epoch, micros, VERSION, kind, body, previous, hash(run, unsigned));
  }

  /// Asserts that the records are the run's, from its first, in order, none changed or missing in
  /// between. That nothing was cut off at the end no chain can tell.
  ///
  /// @throws JournalCorruptException naming the first that is not
  public static void verify(String run, List<Entry> entries) {
    String previous = GENESIS;
    long seq = 1;
    for (Entry entry : entries) {
      if (entry.seq() != seq) {
        throw broken(run, seq, "is missing: record " + entry.seq() + " is in its place");
      }
      checkVersion(run, seq, entry.version());
      if (!entry.previousHash().equals(previous)) {
        throw broken(run, seq, "does not follow the record before it");
      }
      if (!entry.hash().equals(hash(run, entry))) {
        throw altered(run, entry);
      }
      previous = entry.hash();
      seq++;
    }
  }

  /// The last record of a run, found to be whole in itself.
  static Entry checkLast(String run, Entry last) {
    checkVersion(run, last.seq(), last.version());
    if (!last.hash().equals(hash(run, last))) {
      throw altered(run, last);
    }
    return last;
  }

  /// Before anything else about a record: a newer one may be hashed in another way.
  static void checkVersion(String run, long seq, int version) {
    if (version > VERSION) {
      throw new SegueException(
          Kind.USER,
          "journal-version",
          "Record "
              + seq
              + " of the journal of run "
              + run
              + " is of version "
              + version
              + "; this Segue knows versions up to "
              + VERSION,
          "A newer Segue wrote it: go on with that one.");
    }
  }

  /// What a record may hold, wherever it is kept.
  static void checkText(String kind, String body) {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException("not the kind of a record: " + kind);
    }
    if (body.lines().count() != 1 || !StandardCharsets.UTF_8.newEncoder().canEncode(body)) {
      throw new IllegalArgumentException("the body of a " + kind + " is not one line of text");
    }
    try {
      if (!JSON.readTree(body).isObject()) {
        throw new IllegalArgumentException("the body of a " + kind + " is not a JSON object");
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("the body of a " + kind + " is not JSON", e);
    }
  }

  /// A time as it is hashed and as people read it in the file.
  static String text(Instant at) {
    return AT.format(at);
  }

  /// What the record's hash must be.
  static String hash(String run, Entry entry) {
    String text =
        String.join(
            "\n",
            run,
            Long.toString(entry.seq()),
            Long.toString(entry.epoch()),
            text(entry.at()),
            Integer.toString(entry.version()),
            entry.kind(),
            entry.previousHash(),
            entry.body());
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static JournalCorruptException altered(String run, Entry entry) {
    return broken(
        run, entry.seq(), "(" + entry.kind() + ") is not what was written: its hash differs");
  }

  static JournalCorruptException broken(String run, long seq, String how) {
    return new JournalCorruptException(
        "Record " + seq + " of the journal of run " + run + " " + how,
        JournalCorruptException.WAY_OUT);
  }
}
