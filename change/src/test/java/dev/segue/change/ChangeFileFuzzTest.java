package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.ChangeFileException.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is done to a file, reading it gives a change or says why not, at a place in the file,
/// and never shows the password in it.
class ChangeFileFuzzTest {

  private static final int FILES = 2_500;
  private static final String PASSWORD = "hunter2";
  private static final String SPICE = "\"'{}[]:,-#&*!|>%@`?\t\n\0$\\é\uFEFF\uD83D\uDE00 0aZ";
  private static final Path FILE = Path.of("change.yaml");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("DATABASE_URL", "postgres://app:" + PASSWORD + "@db/members", "TOKEN", PASSWORD);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mutatedFilesAreReadOrExplained(long seed) {
    Random random = new Random(seed);
    List<String> bases =
        List.of(
            Examples.EVERYTHING,
            Examples.SHORT,
            Examples.SHORT.replace("//localhost", "//app:" + PASSWORD + "@localhost"));
    for (int i = 0; i < FILES; i++) {
      String yaml = bases.get(i % bases.size());
      for (int n = random.nextInt(4); n >= 0; n--) {
        yaml = random.nextInt(3) == 0 ? mutateLines(yaml, random) : mutateText(yaml, random);
      }
      readOrExplain(yaml, "seed " + seed + ", file " + i + ":\n" + yaml);
    }
  }

  private static void readOrExplain(String yaml, String about) {
    try {
      Change change = ChangeFile.parse(yaml, FILE, ENVIRONMENT);
      assertThat(change.toString()).as(about).doesNotContain("app:" + PASSWORD);
    } catch (ChangeFileException e) {
      assertThat(e.problems()).as(about).isNotEmpty();
      for (Problem problem : e.problems()) {
        assertThat(isInside(problem.at(), yaml)).as(problem + " in " + about).isTrue();
        assertThat(problem.message()).as(about).isNotBlank().doesNotContain(PASSWORD);
        assertThat(problem.excerpt()).as(about).doesNotContain(PASSWORD);
      }
    } catch (RuntimeException e) {
      throw new AssertionError(about, e);
    }
  }

  /// The end of the file is a place in it, behind its last line break too.
  private static boolean isInside(Place at, String yaml) {
    List<String> lines = new ArrayList<>((yaml + " ").lines().toList());
    lines.add("");
    return at.file().equals(FILE.toString())
        && at.line() >= 1
        && at.column() >= 1
        && at.line() <= lines.size()
        && at.column() <= lines.get(at.line() - 1).length() + 1;
  }

  private static String mutateText(String text, Random random) {
    if (text.isEmpty()) {
      return text;
    }
    int from = random.nextInt(text.length());
    int to = Math.min(text.length(), from + 1 + random.nextInt(8));
    String piece = text.substring(from, to);
    String spice = String.valueOf(SPICE.charAt(random.nextInt(SPICE.length())));
    String change =
        switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> piece + piece;
          case 2 -> spice;
          default -> spice + piece;
        };
    return text.substring(0, from) + change + text.substring(to);
  }

  private static String mutateLines(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return text;
    }
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    switch (random.nextInt(4)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(random.nextInt(lines.size()), line);
      case 2 -> lines.set(at, " ".repeat(random.nextInt(5)) + line.strip());
      default -> lines.set(at, lines.get(random.nextInt(lines.size())));
    }
    return String.join("\n", lines) + "\n";
  }
}
