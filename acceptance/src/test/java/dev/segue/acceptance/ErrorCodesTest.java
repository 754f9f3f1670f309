package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/reference/errors.md knows every code.
class ErrorCodesTest {

  private static final Pattern CODE =
      Pattern.compile("Kind\\.(?:USER|REFUSED|EXTERNAL|RESOURCES|INTERNAL),\\s*\"([a-z0-9-]+)\"");

  @Test
  void everyCodeIsDocumented() throws IOException {
    String page = Files.readString(Segue.ROOT.resolve("docs/reference/errors.md"));
    Set<String> codes = codes();
    assertThat(codes).hasSizeGreaterThan(50);
    assertThat(codes).allSatisfy(code -> assertThat(page).contains("`" + code + "`"));
  }

  private static Set<String> codes() throws IOException {
    Set<String> codes = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Segue.ROOT)) {
      for (Path file : files.filter(ErrorCodesTest::isSource).toList()) {
        Matcher code = CODE.matcher(Files.readString(file));
        while (code.find()) {
          codes.add(code.group(1));
        }
      }
    }
    return codes;
  }

  private static boolean isSource(Path file) {
    String name = Segue.ROOT.relativize(file).toString();
    return name.endsWith(".java") && name.contains("src/main/java");
  }
}
