package dev.segue.postgres.schema;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Private;
import dev.segue.postgres.definition.SchemaDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A definition in a run's directory, for its owner alone: a file, and its hash in the journal.
final class KeptDefinition {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String FILE = "definition-before.json";
  private static final String HASH = "sha256";

  private KeptDefinition() {}

  /// @return `file`, `sha256`, `objects`
  static Facts keep(SchemaDefinition definition, Path directory) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(definition);
    Path file = directory.resolve(FILE);
    Path part = directory.resolve(FILE + ".part");
    Files.deleteIfExists(part);
    try (FileChannel channel = Private.create(part)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    return Facts.of("file", file.toString())
        .with(HASH, hash(bytes))
        .with("objects", definition.entries().size());
  }

  /// @param facts that [#keep] returned
  /// @throws SegueException EXTERNAL `definition-lost` when it is not the one that was kept
  static SchemaDefinition read(Path directory, Facts facts) {
    Path file = directory.resolve(FILE);
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (!facts.text(HASH).equals(Optional.of(hash(bytes)))) {
        throw lost(file + " is not what the run has kept", null);
      }
      return JSON.readValue(bytes, SchemaDefinition.class);
    } catch (IOException | JacksonException e) {
      throw lost(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static SegueException lost(String what, @Nullable Exception e) {
    return new SegueException(
        Kind.EXTERNAL,
        "definition-lost",
        "The schema's definition from before the run is not there: " + what,
        "Name the directory the run was begun with: --state DIR.",
        e);
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
