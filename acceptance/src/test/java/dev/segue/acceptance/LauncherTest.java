package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script that starts Segue, where the build is not what it should be.
@Tag("acceptance")
class LauncherTest {

  @TempDir private Path root;

  @Test
  void theJarOfAKilledBuildIsMadeAnew() throws Exception {
    Path jar = Files.createDirectories(root.resolve("cli/target")).resolve("segue-cli.jar");
    byte[] whole = Files.readAllBytes(Segue.ROOT.resolve("cli/target/segue-cli.jar"));
    Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
    Files.copy(
        Segue.ROOT.resolve("segue"), root.resolve("segue"), StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(started()).contains("segue: building, once", "the build failed");
    assertThat(jar).doesNotExist();
  }

  /// With a build that fails at once.
  private String started() throws IOException, InterruptedException {
    Path mvn = Files.createDirectory(root.resolve("bin")).resolve("mvn");
    Files.writeString(mvn, "#!/bin/sh\nexit 1\n");
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    ProcessBuilder builder = new ProcessBuilder(root.resolve("segue").toString(), "--help");
    builder.environment().merge("PATH", mvn.getParent() + ":", (path, ours) -> ours + path);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
