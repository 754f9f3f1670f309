package dev.segue.redis.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Random documents, changed as text and as a tree: both must end up the same, and what is not
/// touched keeps its bytes. `-Dsegue.forms.seeds=N` tries more.
class JsonDraftPropertyTest {

  private static final int SEEDS = Integer.getInteger("segue.forms.seeds", 20);
  private static final int DOCUMENTS = 200;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES = List.of("a", "b", "c", "ä\"", "😀");
  private static final List<String> BLANKS = List.of("", "", " ", "\n\t", "  ");

  @Test
  void textsAndTreesEndUpTheSame() throws Unfit {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      for (int i = 0; i < DOCUMENTS; i++) {
        String text = object(random, 0);
        check("seed %d: %s".formatted(seed, text), text);
      }
    }
  }

  @Test
  void whatNobodyTouchedIsPutBackToTheByte() {
    Conversion dates =
        Asked.json(
            "{ datetime-to-epoch: { fields: [a, 'b[].c', 'c.😀'] } }",
            "on-error: { default: '0' }");
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      for (int i = 0; i < DOCUMENTS; i++) {
        Stored old = new Stored.Json(object(random, 0));
        if (dates.up(old) instanceof Conversion.Converted made) {
          Stored back = made.now();
          for (Part part : dates.parts()) {
            back = part.with(back, part.values(old)).orElseThrow();
          }
          assertThat(back).as("seed %d", seed).isEqualTo(old);
        }
      }
    }
  }

  private static void check(String what, String text) throws Unfit {
    JsonDraft draft = new JsonDraft(new Stored.Json(text));
    draft.each(List.of("a", "b[].c", "c.😀"), (name, value) -> value);
    assertThat(text(draft)).as(what).isEqualTo(text);

    JsonNode tree = JSON.readTree(text);
    draft.each(List.of("b[].c"), (name, value) -> new Value.Numeral("17.50"));
    for (JsonNode element : tree.path("b")) {
      if (tree.path("b").isArray() && element.has("c")) {
        ((ObjectNode) element).set("c", JSON.readTree("17.50"));
      }
    }
    assertThat(JSON.readTree(text(draft))).as(what).isEqualTo(tree);

    draft.remove("a");
    ((ObjectNode) tree).remove("a");
    draft.remove("b[].b");
    if (tree.path("b") instanceof ArrayNode list) {
      list.forEach(element -> removed(element, "b"));
    }
    assertThat(JSON.readTree(text(draft))).as(what).isEqualTo(tree);

    draft.rename("c.😀", "ä\"");
    if (tree.path("c") instanceof ObjectNode object && object.has("😀")) {
      object.set("ä\"", object.remove("😀"));
    }
    draft.set("new", new Value.Text("\u0001\"ü"));
    ((ObjectNode) tree).put("new", "\u0001\"ü");
    assertThat(JSON.readTree(text(draft))).as(what).isEqualTo(tree);
  }

  private static void removed(JsonNode element, String name) {
    if (element instanceof ObjectNode object) {
      object.remove(name);
    }
  }

  private static String text(JsonDraft draft) {
    return ((Stored.Json) draft.stored()).text();
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 5 : 8)) {
      case 0 -> "\"2026-01-02T03:04:05Z\"";
      case 1 -> "\"\\u00e9\\\\\\\" 😀 \\n{[,\"";
      case 2 -> List.of("0", "-1.50", "1e2", "1767312000.0").get(random.nextInt(4));
      case 3 -> "null";
      case 4 -> random.nextBoolean() ? "true" : "false";
      case 5 -> list(random, depth);
      default -> object(random, depth + 1);
    };
  }

  private static String list(Random random, int depth) {
    StringBuilder text = new StringBuilder("[").append(blank(random));
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : ",").append(blank(random)).append(value(random, depth + 1));
      text.append(blank(random));
    }
    return text.append(']').toString();
  }

  private static String object(Random random, int depth) {
    StringBuilder text = new StringBuilder("{").append(blank(random));
    boolean first = true;
    for (String name : NAMES) {
      if (random.nextInt(5) < 2) {
        continue;
      }
      text.append(first ? "" : ",").append(blank(random));
      text.append(name(name, random)).append(blank(random)).append(':').append(blank(random));
      text.append(value(random, depth)).append(blank(random));
      first = false;
    }
    return text.append('}').toString();
  }

  private static String name(String name, Random random) {
    String written = JSON.writeValueAsString(name);
    return random.nextInt(4) == 0 ? written.replace("a", "\\u0061") : written;
  }

  private static String blank(Random random) {
    return BLANKS.get(random.nextInt(BLANKS.size()));
  }
}
