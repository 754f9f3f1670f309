package dev.segue.conductor.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHomeTest extends HomeContract {

  @TempDir Path temp;

  private Path directory() {
    return temp.resolve("state/journal");
  }

  private Path journal(String run) {
    return directory().resolve(CHANGE).resolve(run + ".jsonl");
  }

  @Override
  Home openAnother() {
    return FileHome.open(directory(), clock());
  }

  @Override
  List<String> address() {
    return List.of("file", directory().toString());
  }

  /// Somebody removes the lock, as people do.
  @Override
  void lapse() throws IOException {
    Files.delete(directory().resolve(CHANGE).resolve("lock"));
  }

  /// With a checksum that fits.
  @Override
  void replace(String run, Entry by) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Entry entry : home().read(run)) {
      lines.append(new String(RunFile.line(entry.seq() == by.seq() ? by : entry), UTF_8));
    }
    Files.writeString(journal(run), lines);
  }

  @Test
  void lookingCreatesNothing() {
    Home home = home();
    assertThat(home.describe()).isEqualTo("file " + directory());
    assertThat(home.changes()).isEmpty();
    assertThat(home.runs(CHANGE)).isEmpty();
    assertThat(home.holder(CHANGE)).isEmpty();
    assertThat(home.lastEnded(CHANGE)).isEmpty();
    assertThatCode("no-such-run", () -> home.read(CHANGE + "-1"));
    assertThat(directory()).doesNotExist();
  }

  @Test
  void aTornLineDoesNotCountAndIsOverwritten() throws IOException {
    Home home = home();
    String run = CHANGE + "-1";
    try (Lease lease = home.take(CHANGE)) {
      lease.append(lease.begin(), "run-started", "{}");
    }
    Files.writeString(journal(run), "00000500 12345678 {\"seq\":2,", StandardOpenOption.APPEND);

    assertThat(home.read(run)).hasSize(1);
    try (Lease lease = home.take(CHANGE)) {
      lease.append(run, "conductor-changed", "{}");
    }
    assertThat(home.read(run)).extracting(Entry::seq).containsExactly(1L, 2L);
  }

  @Test
  void aNewerFormOfRecordIsNotTakenForDamage() throws IOException {
    String run = CHANGE + "-1";
    Files.createDirectories(journal(run).getParent());
    damaged.add(run);
    byte[] record = "{\"version\":3,\"all\":\"else\",\"is\":\"new\"}".getBytes(UTF_8);
    Files.write(journal(run), RunFile.framed(record));
    assertThatCode("journal-version", () -> home().read(run));
  }

  @Test
  void aFullDiskLeavesNothingHalfWritten() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()) == 0);
    try {
      Home home = FileHome.open(disk, clock());
      try (Lease lease = home.take(CHANGE)) {
        String run = lease.begin();
        lease.append(run, "run-started", "{}");
        Path filler = Files.write(disk.resolve("filler"), new byte[30_000]);
        String body = "{\"text\":\"" + "x".repeat(40_000) + "\"}";

        assertThatExceptionOfType(SegueException.class)
            .isThrownBy(() -> lease.append(run, "progress", body))
            .satisfies(e -> assertThat(e.code()).isEqualTo("journal-full"))
            .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.RESOURCES));
        Path file = disk.resolve(CHANGE).resolve(run + ".jsonl");
        assertThat(Files.readString(file)).endsWith("{}}\n");
        assertThat(home.read(run)).hasSize(1);

        Files.delete(filler);
        assertThat(lease.append(run, "progress", body).seq()).isEqualTo(2);
        assertThat(home.read(run)).hasSize(2);
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  @Test
  void aRemovedDirectoryFences() throws IOException {
    Lease lease = home().take(CHANGE);
    String run = lease.begin();
    lease.append(run, "run-started", "{}");
    try (Stream<Path> files = Files.walk(directory())) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(f -> assertThat(f.toFile().delete()).isTrue());
    }
    assertFenced(lease::check);
    assertFenced(() -> lease.append(run, "progress", "{}"));
    lease.close();
    assertThat(directory()).doesNotExist();
  }

  @Test
  void aDamagedLeaseIsSaid() throws IOException {
    home().take(CHANGE).close();
    Files.writeString(directory().resolve(CHANGE).resolve("lease.json"), "{\"epoch\":");
    assertThatCode("journal-corrupt", () -> home().take(CHANGE));
    Files.writeString(
        directory().resolve(CHANGE).resolve("lease.json"),
        """
        {"epoch":7,"host":"","pid":0,"user":"","since":"2026-01-01T00:00:00Z","notYetKnown":1}\
        """);
    try (Lease lease = home().take(CHANGE)) {
      assertThat(lease.epoch()).isEqualTo(8);
    }
  }

  @Test
  void theReferenceTellsHowToVerifyByHand() throws Exception {
    String run = CHANGE + "-1";
    try (Lease lease = home().take(CHANGE)) {
      lease.append(lease.begin(), "run-started", "{\"body\":{\"ü\\n\": \"%s, \\\"hash\\\":1\"}}");
      lease.append(run, "progress", "{\"i\":1}");
      lease.append(run, "ended", "{}");
    }
    assertThat(shell(Reference.code("sh"))).isEqualTo("1 fits\n2 fits\n3 fits\n");
    tamper(run, 2);
    assertThat(shell(Reference.code("sh"))).isEqualTo("1 fits\n2 DAMAGED\n3 DAMAGED\n");
  }

  private String shell(String script) throws IOException {
    Process shell =
        new ProcessBuilder("sh", "-c", script)
            .directory(directory().resolve(CHANGE).toFile())
            .redirectErrorStream(true)
            .start();
    return new String(shell.getInputStream().readAllBytes(), UTF_8);
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).start().waitFor();
  }
}
