package dev.segue.conductor;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Segue's own files and directories: for their owner alone, because logs and exports may hold
/// personal data.
public final class Private {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final int TRIAL_BYTES = 65_536;

  private Private() {}

  public static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, only(DIRECTORY));
  }

  /// One that was not there.
  public static void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory, only(DIRECTORY));
  }

  public static Path createFile(Path file) throws IOException {
    return Files.createFile(file, only(FILE));
  }

  /// A new file that holds this.
  public static void write(Path file, byte[] bytes) {
    try (OutputStream out = Channels.newOutputStream(create(file))) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Hands a file to the disk, or what a directory lists.
  public static void force(Path path) throws IOException {
    StandardOpenOption option =
        Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  /// A new file, open for writing.
  public static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), only(FILE));
  }

  /// Has the file be there, with what it holds.
  public static void touch(Path file) throws IOException {
    try {
      create(file).close();
    } catch (FileAlreadyExistsException e) {
      if (POSIX) {
        Files.setPosixFilePermissions(file, FILE);
      }
    }
  }

  /// What is wrong with writing in a directory, tried by writing some kB to its disk; empty when
  /// they can be written.
  public static Optional<String> complaint(Path directory) {
    Path trial = directory.resolve(".segue-may-write-" + UUID.randomUUID());
    try {
      try (FileChannel channel = create(trial)) {
        ByteBuffer bytes = ByteBuffer.allocate(TRIAL_BYTES);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      } finally {
        Files.deleteIfExists(trial);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(words(e));
    }
  }

  /// Why a file could not be written, without Java's names.
  public static String words(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "this user has no right to write there";
    }
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(e.getMessage());
  }

  private static FileAttribute<?>[] only(Set<PosixFilePermission> permissions) {
    return POSIX
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}
