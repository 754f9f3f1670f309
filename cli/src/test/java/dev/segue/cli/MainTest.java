package dev.segue.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

  @TempDir Path directory;

  @Test
  void theProgramWritesTheSameDigitsWhereverItRuns() throws IOException, InterruptedException {
    Path file = directory.resolve("change.yaml");
    Files.writeString(
        file,
        """
        change: dates
        redis: { url: "redis://localhost" }
        deploy:
          strategy: blue-green
          router: { proxy: { listen: 8080 } }
          old: { command: "./serve", port: 8001 }
          new: { command: "./serve", port: 8001 }
          health: { path: /health/, within: 60s }
        """);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.language=ar",
                "-Duser.country=EG",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "check",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isEqualTo(2);
    assertThat(said).contains("8001 is the old version's port too");
  }
}
