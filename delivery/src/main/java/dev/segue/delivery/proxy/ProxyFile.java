package dev.segue.delivery.proxy;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Private;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Optional;
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

    /// Whether those who know the other one reach this one.
    boolean isFoundBy(Content other) {
      return control == other.control && token.equals(other.token) && listen.equals(other.listen);
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
    Files.deleteIfExists(next); // of a writer that was killed
    try (FileChannel channel = Private.create(next)) {
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
}
