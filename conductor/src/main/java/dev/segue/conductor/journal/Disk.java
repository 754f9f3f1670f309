package dev.segue.conductor.journal;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Private;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Files and directories that are still there after the power went.
final class Disk {

  private static final List<String> FULL =
      List.of("no space left", "disk quota exceeded", "not enough space", "file too large");

  private Disk() {}

  /// The file is there whole, with its new content, or as before.
  static void replace(Path file, byte[] content) throws IOException {
    createDirectories(directoryOf(file));
    Path draft = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      // Not a channel: an interrupted thread would find it closed.
      try (FileOutputStream open = new FileOutputStream(draft.toFile())) {
        open.write(content);
        open.getFD().sync();
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(draft);
      } catch (IOException stays) {
        e.addSuppressed(stays);
      }
      throw e;
    }
    forceDirectory(directoryOf(file));
  }

  static void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = directoryOf(directory);
      createDirectories(parent);
      Private.createDirectories(directory);
      forceDirectory(parent);
    }
  }

  /// What is in a directory, none when it is not there.
  static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> !f.getFileName().toString().startsWith(".")).toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException e) {
      throw explain(directory, "list", e);
    }
  }

  /// What failed, in words of the journal.
  static SegueException explain(Path file, String doing, IOException e) {
    String message = String.valueOf(e.getMessage());
    if (FULL.stream().anyMatch(message.toLowerCase(Locale.ROOT)::contains)) {
      return new SegueException(
          Kind.RESOURCES,
          "journal-full",
          "There is no room to " + doing + " " + file + ": " + message,
          "Make room, then run the same command: it goes on from the last record.",
          e);
    }
    return new SegueException(
        Kind.EXTERNAL,
        "journal-unusable",
        "Cannot " + doing + " " + file + ": " + e,
        "Check that the directory exists and that this user may read and write it.",
        e);
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path directoryOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("/") : parent;
  }
}
