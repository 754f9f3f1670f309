package dev.segue.conductor.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {

  private static final String RUN = "rename-1";
  private static final Instant AT = Instant.parse("2026-03-01T02:00:00Z");

  @TempDir Path temp;
  private Path file = Path.of("");
  private final List<Entry> entries = new ArrayList<>();

  @BeforeEach
  void write() {
    file = temp.resolve(RUN + ".jsonl");
    RunFile journal = new RunFile(file);
    for (String body : List.of("{}", "{\"text\":\"ü\"}", "{\"n\":[1,2]}")) {
      Entry entry = Chain.next(RUN, journal.last(RUN), 4, AT, "step-applied", body);
      journal.append(entry);
      entries.add(entry);
    }
  }

  @Test
  void everyLineIsALengthAChecksumAndARecord() throws IOException {
    assertThat(Files.readAllLines(file).getFirst())
        .isEqualTo(
            "00000254 5c53c467 {\"seq\":1,\"epoch\":4,\"at\":\"2026-03-01T02:00:00.000000Z\",\"version\":1,\"kind\":\"step-applied\",\"previousHash\":\"%s\",\"hash\":\"%s\",\"body\":{}}"
                .formatted(Chain.GENESIS, entries.getFirst().hash()));
  }

  @Test
  void cutAnywhereTheWholeRecordsRemain() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    ByteArrayOutputStream cut = new ByteArrayOutputStream();
    int lines = 0;
    for (byte next : whole) {
      Files.write(file, cut.toByteArray());
      assertThat(RunFile.read(file, RUN).entries()).isEqualTo(entries.subList(0, lines));
      cut.write(next);
      lines += next == '\n' ? 1 : 0;
    }
    assertThat(lines).isEqualTo(3);
  }

  @Test
  void afterACutTheJournalGoesOn() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 37) {
      Files.write(file, Arrays.copyOf(whole, length));
      RunFile journal = new RunFile(file);
      Entry entry = Chain.next(RUN, journal.last(RUN), 5, AT, "conductor-changed", "{}");
      journal.append(entry);
      assertThat(RunFile.read(file, RUN).entries()).endsWith(entry);
    }
  }

  @Test
  void aFlippedBitAnywhereIsFound() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = whole.clone();
        flipped[i] ^= (byte) (1 << bit);
        assertThatExceptionOfType(JournalCorruptException.class)
            .as("byte %d bit %d", i, bit)
            .isThrownBy(() -> RunFile.parse(file, RUN, flipped));
      }
    }
  }

  @Test
  void aFileThatBecameShorterIsNotFilledUp() throws IOException {
    RunFile journal = new RunFile(file);
    Entry next = Chain.next(RUN, journal.last(RUN), 5, AT, "progress", "{}");
    byte[] cut = Arrays.copyOf(Files.readAllBytes(file), 300);
    Files.write(file, cut);
    assertThatExceptionOfType(JournalCorruptException.class)
        .isThrownBy(() -> journal.append(next))
        .withMessageContaining("shorter");
    assertThat(Files.readAllBytes(file)).isEqualTo(cut);
  }

  @Test
  void aRemovedLineIsFound() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.remove(1);
    Files.write(file, lines);
    assertThatExceptionOfType(JournalCorruptException.class)
        .isThrownBy(() -> RunFile.read(file, RUN))
        .withMessageContaining("Record 2 of the journal of run rename-1 is missing");
  }
}
