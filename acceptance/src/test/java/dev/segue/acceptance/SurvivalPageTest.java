package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/how-it-survives.md names a test for everything it says.
class SurvivalPageTest {

  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|Contract))(?:\\.(\\w+))?`");

  @Test
  void everyTestItNamesExists() throws IOException {
    List<String> missing = new ArrayList<>();
    Matcher named = NAMED.matcher(Files.readString(Segue.ROOT.resolve("docs/how-it-survives.md")));
    int seen = 0;
    while (named.find()) {
      seen++;
      String method = named.group(2) == null ? "" : " " + named.group(2) + "(";
      if (source(named.group(1)).filter(text -> text.contains(method)).isEmpty()) {
        missing.add(named.group());
      }
    }
    assertThat(seen).isGreaterThan(30);
    assertThat(missing).isEmpty();
  }

  private static Optional<String> source(String type) throws IOException {
    try (Stream<Path> files = Files.walk(Segue.ROOT)) {
      Optional<Path> file =
          files.filter(f -> f.endsWith(type + ".java") && !f.toString().contains("/target/")).findFirst();
      return file.isPresent() ? Optional.of(Files.readString(file.get())) : Optional.empty();
    }
  }
}
