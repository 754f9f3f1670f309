package dev.segue.conductor.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChainTest {

  private static final Entry FIRST =
      Chain.next(
          "rename-1", null, 1, Instant.parse("2026-03-01T02:00:00.5Z"), "run-started", "{\"a\":1}");
  private static final Entry SECOND =
      Chain.next("rename-1", FIRST, 2, Instant.parse("2026-03-01T02:00:01Z"), "ended", "{}");

  /// As `sha256sum` says.
  @Test
  void theHashIsWhatTheReferenceSays() {
    assertThat(FIRST.hash())
        .isEqualTo("8b72e9a5db89d3e083c2e3a42c9fb309af10c8a0de5671a3494d55d61b32d5b5");
  }

  @Test
  void acceptsAWholeChainAndItsBeginning() {
    Chain.verify("rename-1", List.of(FIRST, SECOND));
    Chain.verify("rename-1", List.of(FIRST));
    Chain.verify("rename-1", List.of());
  }

  @Test
  void refusesTheChainOfAnotherRun() {
    assertThatExceptionOfType(JournalCorruptException.class)
        .isThrownBy(() -> Chain.verify("rename-2", List.of(FIRST, SECOND)))
        .withMessageStartingWith("Record 1 ");
  }

  @Test
  void refusesAnotherBeginning() {
    assertThatExceptionOfType(JournalCorruptException.class)
        .isThrownBy(() -> Chain.verify("rename-1", List.of(SECOND)))
        .withMessageStartingWith("Record 1 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{} {}", "{\n}", "{", "", "\"text\"", "{\"a\":\"\u0000\"}"})
  void aBodyIsAnObjectOnOneLine(String body) {
    assertThatIllegalArgumentException().isThrownBy(() -> Chain.checkText("kind", body));
  }

  @Test
  void aBodyIsWellFormedText() {
    String half = "{\"a\":\"" + Character.highSurrogate(0x1F600) + "\"}";
    assertThatIllegalArgumentException().isThrownBy(() -> Chain.checkText("kind", half));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Kind", "a b", "a\nb", "a\"b"})
  void aKindIsWordsWithHyphens(String kind) {
    assertThatIllegalArgumentException().isThrownBy(() -> Chain.checkText(kind, "{}"));
  }
}
