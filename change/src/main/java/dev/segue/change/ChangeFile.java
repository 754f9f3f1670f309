package dev.segue.change;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads change files.
public final class ChangeFile {

  private static final int LARGEST = 1 << 20;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private ChangeFile() {}

  /// Reads and validates a change file.
  ///
  /// @param environment where `${NAME}` is looked up
  /// @throws ChangeFileException with every problem found, each with its place
  public static Change read(Path file, Map<String, String> environment) {
    return parse(text(file), file, environment);
  }

  /// Reads a change file's text that is at hand already, such as the one stored with a run.
  ///
  /// @param file where it came from: for places, and for the paths in it
  /// @throws ChangeFileException as for [#read]
  public static Change parse(String text, Path file, Map<String, String> environment) {
    String yaml = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    Path parent = file.toAbsolutePath().getParent();
    Reading reading =
        new Reading(new Source(file.toString(), yaml), parent == null ? file : parent, environment);
    Optional<Node> node = Yaml.compose(yaml, reading);
    Optional<Fields> change =
        node.map(root -> ChangeSection.FORM.readFields(new Slot("", root), reading));
    change.ifPresent(Agreement::check);
    reading.throwProblems();
    return ChangeSection.FORM.build().apply(change.orElseThrow());
  }

  /// The text of a change file, to be stored with a run; it is not checked.
  ///
  /// @throws ChangeFileException when there is no such text
  public static String text(Path file) {
    if (Files.isDirectory(file)) {
      throw unreadable(file, "this is a directory; name the change file in it");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (AccessDeniedException e) {
      throw unreadable(file, "this file may not be read by you");
    } catch (IOException e) {
      throw unreadable(file, "this file cannot be read: " + e.getMessage());
    }
    if (bytes.length > LARGEST) {
      throw unreadable(file, "this file is larger than 1 MiB; that is no change file");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw unreadable(file, "this file is not text in UTF-8");
    }
  }

  private static ChangeFileException unreadable(Path file, String message) {
    Place at = new Place(file.toString(), 1, 1);
    return new ChangeFileException(List.of(new ChangeFileException.Problem(at, message, "")));
  }
}
