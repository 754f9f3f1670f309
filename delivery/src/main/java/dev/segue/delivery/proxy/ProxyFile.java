package dev.segue.delivery.proxy;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// `proxy.json` in the state directory: how to reach the router and what it must remember. One
/// process writes it, whole and on the disk before anybody is told; readable by its owner alone.
final class ProxyFile {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;

  ProxyFile(Path state) {
    this.file = state.resolve("proxy.json");
  }

  /// @param listen where users come to
  /// @param control port of the control address, on the loopback
  record Content(long pid, String listen, int control, String token, Router.State state) {

    Content {
      Objects.requireNonNull(listen);
      Objects.requireNonNull(token);
      Objects.requireNonNull(state);
    }

    Content with(Router.State next) {
      return new Content(pid, listen, control, token, next);
    }

    @Override
    public String toString() {
      return "router pid " + pid + " on " + listen;
    }
  }

  /// Empty when there is none.
  ///
  /// @throws SegueException EXTERNAL `router-state` when it cannot be understood
  Optional<Content> read() {
    try {
      return Optional.of(JSON.readValue(Files.readString(file), Content.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      throw new SegueException(
          Kind.EXTERNAL,
          "router-state",
          "Cannot read the router's state in " + file + ": " + firstLine(e),
          "Where traffic should go cannot be told from it. See which version should serve, move the file away and run 'segue up'.",
          e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }

  void write(Content content) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    ByteBuffer bytes =
        ByteBuffer.wrap(
            JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(content)
                .getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel = create(next)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  /// A new file, for its owner alone from its first moment on.
  private static FileChannel create(Path path) throws IOException {
    Files.deleteIfExists(path); // of a writer that was killed
    FileAttribute<?>[] owner =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    return FileChannel.open(
        path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner);
  }
}
