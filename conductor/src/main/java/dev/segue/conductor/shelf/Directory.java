package dev.segue.conductor.shelf;

import dev.segue.conductor.Finding;
import dev.segue.conductor.Private;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where backups are to stand: can they be written there, and is there room?
///
/// @param key of the change file that names it
public record Directory(Path place, String key) {

  private static final String GATE = "backup directory";

  /// Tries to write there, and leaves nothing.
  public List<Finding> writable() {
    List<Path> made = new ArrayList<>();
    try {
      for (Path at = place.toAbsolutePath(); at != null && !Files.exists(at); at = at.getParent()) {
        made.add(at);
      }
      Private.createDirectories(place);
      Files.delete(Files.createTempFile(place, ".segue-", ".tmp"));
      return List.of(Finding.passed(GATE, place + " can be written to"));
    } catch (IOException e) {
      return List.of(
          Finding.refused(
              GATE,
              "Nothing can be written to %s: %s".formatted(place, words(e)),
              "Point " + key + " at a directory of yours."));
    } finally {
      made.forEach(Directory::removeIfEmpty);
    }
  }

  /// @param what takes that many bytes: `the tables take`
  public Finding room(long needed, String what) {
    Path at = place.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    try {
      long free = Files.getFileStore(at).getUsableSpace();
      String message = "%s free; %s %s".formatted(Sizes.words(free), what, Sizes.words(needed));
      return free >= needed
          ? Finding.passed(GATE, message)
          : Finding.refused(GATE, message, "Make room, or point " + key + " elsewhere.");
    } catch (IOException e) {
      return Finding.refused(GATE, "How much room is there cannot be told: " + words(e), null);
    }
  }

  private static String words(IOException e) {
    return switch (e) {
      case FileAlreadyExistsException there -> there.getFile() + " is there and is no directory";
      case AccessDeniedException denied -> "no right to " + denied.getFile();
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static void removeIfEmpty(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // Somebody else uses it by now, or it cannot be removed: an empty directory is no harm.
      return;
    }
  }
}
