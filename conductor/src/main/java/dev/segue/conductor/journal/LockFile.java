package dev.segue.conductor.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// A lock that the operating system drops when its process dies, however it dies.
///
/// A process loses its POSIX lock on a file as soon as it closes any descriptor of that file. So
/// this class knows which files this process has locked, and never opens those again.
final class LockFile implements AutoCloseable {

  /// By what the file system calls them, guarded by the class.
  private static final Set<Object> MINE = new HashSet<>();

  private final Object key;
  private final FileChannel channel;

  private LockFile(Object key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /// @return empty when somebody has it, in this process or another
  static synchronized Optional<LockFile> take(Path file) throws IOException {
    if (isMine(file)) {
      return Optional.empty();
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        channel.close();
        return Optional.empty();
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    Object key = key(file);
    MINE.add(key);
    return Optional.of(new LockFile(key, channel));
  }

  /// Whether somebody has it. May disturb a [#take] of another process for a moment.
  static synchronized boolean taken(Path file) throws IOException {
    try {
      if (isMine(file)) {
        return true;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return channel.tryLock(0, Long.MAX_VALUE, true) == null;
      }
    } catch (NoSuchFileException never) {
      return false;
    }
  }

  /// The lock is dropped; the file stays, since another may be about to take it.
  @Override
  public void close() throws IOException {
    synchronized (LockFile.class) {
      channel.close();
      MINE.remove(key);
    }
  }

  private static boolean isMine(Path file) throws IOException {
    return Files.exists(file) && MINE.contains(key(file));
  }

  private static Object key(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file.toRealPath() : key;
  }
}
