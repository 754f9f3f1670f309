package dev.segue.conductor.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What docs/reference/journal.md tells people to run.
final class Reference {

  private static final Path PAGE = Path.of("../docs/reference/journal.md");

  private Reference() {}

  /// The code of one language.
  static String code(String language) throws IOException {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertThat(block.find()).as(language + " in " + PAGE).isTrue();
    return block.group(1);
  }
}
