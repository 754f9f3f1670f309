package dev.segue.conductor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Small files with one JSON object in each, replaced whole.
final class JsonFile {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private JsonFile() {}

  static <T> T read(Path file, Class<T> type) {
    try {
      return JSON.readValue(Files.readAllBytes(file), type);
    } catch (JacksonException e) {
      throw new JournalCorruptException(
          file + " cannot be read: " + e.getOriginalMessage(),
          "Restore it from a backup. docs/reference/journal.md says what belongs in it.");
    } catch (IOException e) {
      throw Disk.explain(file, "read", e);
    }
  }

  static void write(Path file, Object content) {
    try {
      Disk.replace(file, JSON.writeValueAsBytes(content));
    } catch (IOException e) {
      throw Disk.explain(file, "write", e);
    }
  }
}
