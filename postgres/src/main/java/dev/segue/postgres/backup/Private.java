package dev.segue.postgres.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// Files and directories that only their owner can read: a backup holds everybody's data.
final class Private {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private Private() {}

  static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, only("rwx------"));
  }

  static void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory, only("rwx------"));
  }

  static Path createFile(Path file) throws IOException {
    return Files.createFile(file, only("rw-------"));
  }

  static OutputStream create(Path file) throws IOException {
    return Files.newOutputStream(createFile(file), StandardOpenOption.WRITE);
  }

  static void write(Path file, byte[] bytes) {
    try (OutputStream out = create(file)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Hands a file to the disk, or what a directory lists.
  static void force(Path path) throws IOException {
    StandardOpenOption option =
        Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] only(String permissions) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
