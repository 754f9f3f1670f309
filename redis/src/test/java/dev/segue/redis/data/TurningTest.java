package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Stored;
import dev.segue.redis.data.Turning.Bad;
import dev.segue.redis.data.Turning.Rest;
import dev.segue.redis.data.Turning.Write;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TurningTest {

  private static final Turning TURNING = new Turning(Labelled.TWO, true);
  private static final Turning RENAMING = new Turning(new Renamed(), true);

  private static Stored of(String... pairs) {
    Map<String, String> fields = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      fields.put(pairs[i], pairs[i + 1]);
    }
    return new Stored.Hash(fields);
  }

  /// `a` becomes `b`, with the same text.
  private record Renamed() implements Conversion {

    @Override
    public List<String> fields() {
      return List.of("a", "b");
    }

    @Override
    public Result up(Stored old) {
      return moved(old, "a", "b");
    }

    @Override
    public Result down(Stored now) {
      return moved(now, "b", "a");
    }

    private static Result moved(Stored stored, String from, String to) {
      Map<String, String> fields = new TreeMap<>(((Stored.Hash) stored).fields());
      String value = fields.remove(from);
      if (value == null) {
        return new Already();
      }
      fields.put(to, value);
      return new Converted(new Stored.Hash(fields), 0);
    }

    @Override
    public List<Form> forms(Stored stored) {
      return List.of();
    }
  }

  @Test
  void keepsTheOldValueWithTheNew() {
    assertThat(TURNING.forward(of("a", "T:1"), null, true))
        .isEqualTo(new Write(of("a", "1"), of("a", "T:1"), 0, true));
    assertThat(TURNING.forward(of("a", "1"), null, true))
        .isEqualTo(new Write(null, of("a", "1"), 0, false));
    assertThat(TURNING.forward(of("a", "1"), null, false)).isEqualTo(new Rest(false));
    assertThat(TURNING.forward(of("a", "1"), of("a", "T:1"), true)).isEqualTo(new Rest(true));
    assertThat(TURNING.forward(of("a", "x"), null, true)).isInstanceOf(Bad.class);
  }

  @Test
  void takesItsOwnFieldsBackBesideOneThatNobodyCanConvert() {
    assertThat(TURNING.back(of("a", "1", "b", "garbage"), of("a", "T:1", "b", "T:2")))
        .isEqualTo(new Write(of("a", "T:1", "b", "garbage"), null, 0, true));
    assertThat(TURNING.back(of("a", "9", "b", "garbage"), of("a", "T:1", "b", "T:2")))
        .isEqualTo(new Write(null, null, 0, false));
    assertThat(TURNING.back(of("a", "1", "b", "garbage"), of("a", "T:1")))
        .isEqualTo(new Write(of("a", "T:1", "b", "garbage"), null, 0, true));
    assertThat(TURNING.back(of("a", "1", "b", "garbage"), null)).isEqualTo(new Rest(false));
  }

  @Test
  void keepsOfAValueWrittenInPartWhatWasThere() {
    assertThat(TURNING.forward(of("a", "T:9", "b", "2"), of("a", "T:1", "b", "T:2"), false))
        .isEqualTo(new Write(of("a", "9", "b", "2"), of("a", "T:9", "b", "T:2"), 0, true));
  }

  @Test
  void putsBackWhatIsStillWhatWasMadeOfIt() {
    assertThat(TURNING.back(of("a", "1"), of("a", "T:1")))
        .isEqualTo(new Write(of("a", "T:1"), null, 0, true));
    assertThat(TURNING.back(of("a", "1", "b", "9"), of("a", "T:1", "b", "T:2")))
        .isEqualTo(new Write(of("a", "T:1", "b", "t:9"), null, 0, true));
    assertThat(TURNING.back(of("a", "T:9", "b", "2"), of("a", "T:1", "b", "T:2")))
        .isEqualTo(new Write(of("a", "T:9", "b", "T:2"), null, 0, true));
  }

  @Test
  void convertsBackWhatCameSinceAndLeavesWhatWasSoBefore() {
    assertThat(TURNING.back(of("a", "5"), null))
        .isEqualTo(new Write(of("a", "t:5"), null, 0, true));
    assertThat(TURNING.back(of("a", "T:5"), null)).isEqualTo(new Rest(false));
    assertThat(TURNING.back(of("a", "1"), of("a", "1"))).isEqualTo(new Rest(false));
    assertThat(TURNING.back(of("a", "2"), of("a", "1")))
        .isEqualTo(new Write(of("a", "t:2"), null, 0, true));
    assertThat(TURNING.back(of("a", "2", "b", "7"), of("a", "1", "b", "7")))
        .isEqualTo(new Write(of("a", "t:2", "b", "7"), of("a", "t:2", "b", "7"), 0, true));
    assertThat(TURNING.back(of("a", "t:2", "b", "7"), of("a", "t:2", "b", "7")))
        .isEqualTo(new Rest(false));
  }

  @Test
  void takesFieldsBackThatWereRenamed() {
    Stored kept = of("a", "1");
    assertThat(RENAMING.forward(kept, null, true))
        .isEqualTo(new Write(of("b", "1"), kept, 0, true));
    assertThat(RENAMING.back(of("b", "1"), kept)).isEqualTo(new Write(kept, null, 0, true));
    assertThat(RENAMING.back(of("b", "2"), kept)).isEqualTo(new Write(of("a", "2"), null, 0, true));
  }

  @Test
  void refusesWhatItWouldChangeAgainAndAgain() {
    Conversion endless =
        new Conversion() {
          @Override
          public List<String> fields() {
            return List.of("a");
          }

          @Override
          public Result up(Stored old) {
            String value = ((Stored.Hash) old).fields().getOrDefault("a", "");
            return new Converted(of("a", value + "0"), 0);
          }

          @Override
          public Result down(Stored now) {
            return new Already();
          }

          @Override
          public List<Form> forms(Stored stored) {
            return List.of();
          }
        };

    assertThat(new Turning(endless, true).forward(of("a", "1"), null, true))
        .isInstanceOfSatisfying(
            Bad.class, bad -> assertThat(bad.failed().code()).isEqualTo("never-done"));
  }
}
