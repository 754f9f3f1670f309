package dev.segue.testkit;

import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/// A server's programs in a jar that is not on the class path. Equal ones are unpacked once.
record Archive(Path jar) implements PgBinaryResolver {

  @Override
  public InputStream getPgBinary(String system, String machineHardware) throws IOException {
    JarFile open = new JarFile(jar.toFile());
    try {
      ZipEntry packed =
          open.stream()
              .filter(entry -> entry.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow(() -> new NoSuchFileException(jar + " holds no server"));
      return new FilterInputStream(open.getInputStream(packed)) {
        @Override
        public void close() throws IOException {
          open.close();
        }
      };
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
  }
}
