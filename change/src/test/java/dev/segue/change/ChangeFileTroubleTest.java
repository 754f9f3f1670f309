package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are no change files at all, and files made to hurt.
class ChangeFileTroubleTest {

  @TempDir Path directory;
  Path file = Path.of("");

  @BeforeEach
  void place() {
    file = directory.resolve("change.yaml");
  }

  @Test
  void aFileThatIsNotThere() {
    assertThat(trouble(file)).isEqualTo(file + ":1:1: there is no such file");
  }

  @Test
  void aDirectory() {
    assertThat(trouble(directory))
        .isEqualTo(directory + ":1:1: this is a directory; name the change file in it");
  }

  @Test
  void aFileThatMayNotBeRead() throws IOException {
    Files.writeString(file, Examples.SHORT);
    assertThat(file.toFile().setReadable(false)).isTrue();
    assumeFalse(Files.isReadable(file), "root reads everything");

    assertThat(trouble(file)).isEqualTo(file + ":1:1: this file may not be read by you");
  }

  @Test
  void anEmptyFile() throws IOException {
    Files.writeString(file, "");

    assertThat(trouble(file))
        .isEqualTo(file + ":1:1: the file is empty; begin with 'change: NAME'");
  }

  @Test
  void aFileTooLarge() throws IOException {
    Files.writeString(file, "#".repeat(1 << 20));
    assertThat(trouble(file)).contains("the file is empty");

    Files.writeString(file, "#".repeat((1 << 20) + 1));
    assertThat(trouble(file))
        .isEqualTo(file + ":1:1: this file is larger than 1 MiB; that is no change file");
  }

  @Test
  void aFileThatIsNoText() throws IOException {
    Files.write(file, "change: é".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(trouble(file)).isEqualTo(file + ":1:1: this file is not text in UTF-8");

    Files.writeString(file, "change: x\nsummary: a\0b\n");
    assertThat(trouble(file))
        .isEqualTo(file + ":2:11: the character U+0000 may not stand in a YAML file");
  }

  @Test
  void itsExceptionIsTheUsersAffair() {
    ChangeFileException e =
        catchThrowableOfType(ChangeFileException.class, () -> ChangeFile.read(file, Map.of()));

    assertThat(e.kind()).isEqualTo(SegueException.Kind.USER);
    assertThat(e.code()).isEqualTo("change-file");
  }

  @Test
  void nestingIsBounded() {
    assertThat(parseQuickly("[".repeat(1 << 20)))
        .isEqualTo(file + ":1:51: nested more than 50 deep");
    assertThat(parseQuickly("- ".repeat(1 << 19)))
        .isEqualTo(file + ":1:101: nested more than 50 deep");
    assertThat(parseQuickly("a: {".repeat(1 << 18))).contains("nested more than 50 deep");
  }

  @Test
  void aliasesDoNotMultiply() {
    StringBuilder laughs = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (char c = 'b'; c < 'l'; c++) {
      laughs.append(c).append(": &").append(c).append(" [");
      laughs.append(("*" + (char) (c - 1) + ", ").repeat(10)).append("]\n");
    }
    assertThat(parseQuickly(laughs.toString()))
        .startsWith(file + ":1:1: this is not YAML: Number of aliases for non-scalar nodes");

    String rules = "*r, ".repeat(200_000);
    assertThat(
            parseQuickly(
                "summary: &r "
                    + "x ".repeat(90_000)
                    + "\nwatch: { roll-back-when: ["
                    + rules
                    + "] }"))
        .contains("has 200000 entries; from 1 to 100 may be");
  }

  @Test
  void aMappingMayHoldItself() {
    assertThat(parseQuickly("&a\nchange: *a\nwatch: *a\ndeploy: { router: *a }\n"))
        .contains("change: expected a name, found a mapping");
  }

  @Test
  void aHundredThousandUnknownKeysAreEachNamed() {
    assertThat(parseQuickly("k: 1\n".repeat(100_000)).lines()).hasSizeGreaterThan(99_999);
  }

  private String parseQuickly(String yaml) {
    return assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () ->
            catchThrowableOfType(
                    ChangeFileException.class, () -> ChangeFile.parse(yaml, file, Map.of()))
                .getMessage());
  }

  private static String trouble(Path path) {
    return catchThrowableOfType(ChangeFileException.class, () -> ChangeFile.read(path, Map.of()))
        .getMessage();
  }
}
