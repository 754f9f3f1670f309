package dev.segue.conductor.shelf;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A file of a backup, and what it must still be when it is wanted.
public record StoredFile(String name, long bytes, String sha256) {

  /// Reads it whole.
  public static StoredFile of(Path directory, String name) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(directory.resolve(name)), digest)) {
      long bytes = in.transferTo(OutputStream.nullOutputStream());
      return new StoredFile(name, bytes, HexFormat.of().formatHex(digest.digest()));
    }
  }

  /// @throws SegueException EXTERNAL `backup-damaged`
  public void check(Path directory) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw damaged(file + " is missing");
    }
    if (Files.size(file) != bytes) {
      throw damaged("%s has %d bytes, and had %d".formatted(file, Files.size(file), bytes));
    }
    if (!of(directory, name).sha256.equals(sha256)) {
      throw damaged(file + " is not as it was written: its SHA-256 differs");
    }
  }

  public static SegueException damaged(String what) {
    return new SegueException(
        Kind.EXTERNAL, "backup-damaged", what, "Do not rely on this backup; take another.");
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
