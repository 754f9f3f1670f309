package dev.segue.conductor.journal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /// The form of record written today.
  public static final int VERSION = 1;

  /// Stands before the first record.
  public static final String GENESIS = "0".repeat(64);

  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

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
      if (!entry.previousHash().equals(previous)) {
        throw broken(run, seq, "does not follow the record before it");
      }
      if (!entry.hash().equals(hash(run, entry))) {
        throw broken(run, seq, "(" + entry.kind() + ") is not what was written: its hash differs");
      }
      previous = entry.hash();
      seq++;
    }
  }

  /// What the record's hash must be.
  static String hash(String run, Entry entry) {
    String text =
        String.join(
            "\n",
            run,
            Long.toString(entry.seq()),
            Long.toString(entry.epoch()),
            AT.format(entry.at()),
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

  private static JournalCorruptException broken(String run, long seq, String how) {
    return new JournalCorruptException(
        "Record " + seq + " of the journal of run " + run + " " + how,
        "Somebody or something altered the journal. Restore it from a backup, or leave this run"
            + " as it is, bring the system by hand to one side, and begin a new run; see"
            + " docs/reference/journal.md for how to look at the records.");
  }
}
