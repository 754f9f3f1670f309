package dev.segue.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A file system of its own with little room, in memory. Only root may make one, on Linux.
record SmallDisk(Path at) implements AutoCloseable {

  private static final int BLOCK = 4_096;

  /// @param at the directory it is mounted on
  static SmallDisk on(Path at, int kilobytes) throws IOException {
    Files.createDirectories(at);
    String refusal = run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", "" + at);
    assumeTrue(refusal.isEmpty(), "needs the right to mount a small file system: " + refusal);
    return new SmallDisk(at);
  }

  /// To the last byte.
  void fill() throws IOException {
    for (int piece : List.of(BLOCK, 1)) {
      try (OutputStream filler = Files.newOutputStream(at.resolve("filler-" + piece))) {
        while (true) {
          filler.write(new byte[piece]);
        }
      } catch (IOException full) {
        if (Files.getFileStore(at).getUsableSpace() >= BLOCK) {
          throw full;
        }
      }
    }
  }

  void makeRoom() throws IOException {
    for (int piece : List.of(BLOCK, 1)) {
      Files.deleteIfExists(at.resolve("filler-" + piece));
    }
  }

  /// Also when somebody still has a file open there.
  @Override
  public void close() throws IOException {
    String refusal = run("umount", "--lazy", at.toString());
    if (!refusal.isEmpty()) {
      throw new IOException(refusal);
    }
  }

  /// @return what it complained about; empty when it did it
  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.onExit().join().exitValue() == 0 ? "" : "exit " + said.strip();
  }
}
