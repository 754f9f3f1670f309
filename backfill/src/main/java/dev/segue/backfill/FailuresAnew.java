package dev.segue.backfill;

import dev.segue.backfill.Failures.Failed;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A list of failures that takes the place of the one that is there, once it is complete.
public final class FailuresAnew implements AutoCloseable {

  private final Path file;
  private final Path fresh;
  private final BufferedWriter writer;

  public FailuresAnew(Path file) {
    this.file = file;
    this.fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      this.writer = Files.newBufferedWriter(fresh);
    } catch (IOException e) {
      throw Failures.unwritable(file, e);
    }
  }

  public void add(Failed one) {
    try {
      writer.write(Failures.line(one));
    } catch (IOException e) {
      throw Failures.unwritable(file, e);
    }
  }

  public void complete() {
    try {
      writer.close();
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw Failures.unwritable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      throw Failures.unwritable(file, e);
    }
  }
}
