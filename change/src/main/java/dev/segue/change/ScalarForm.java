package dev.segue.change;

import dev.segue.change.Variables.Filled;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A single value: text, a number, a flag, a duration …
///
/// @param expected what it is, for errors: `a port`
/// @param tag what YAML takes it for when it is written out; a value with a variable in it is
///   always text
record ScalarForm<T>(String expected, Tag tag, Map<String, Object> schema, Parser<T> parser)
    implements Form<T> {

  /// Makes a value of a text.
  @FunctionalInterface
  interface Parser<T> {
    T parse(Scalar scalar) throws Misfit;
  }

  /// A scalar where it stands, with its variables filled in.
  record Scalar(Filled filled, ScalarNode node, Slot slot, Reading reading) {

    String text() {
      return filled.text();
    }

    private void complain(String what) {
      String link = filled.variable() ? "', filled in, " : "' ";
      reading.problem(slot, "'" + reading.source().excerpt(node) + link + what);
    }

    /// Where the n-th character stands.
    Place place(int offset) {
      return reading.source().inside(node, offset);
    }
  }

  @Override
  public Optional<T> read(Slot slot, Reading reading) {
    if (!(slot.node() instanceof ScalarNode node)) {
      String found = slot.node() instanceof MappingNode ? "a mapping" : "a list";
      reading.problem(slot, "expected " + expected + ", found " + found);
      return Optional.empty();
    }
    if (node.getTag().equals(Tag.NULL)) {
      reading.problem(slot, "expected " + expected + ", found nothing");
      return Optional.empty();
    }
    return reading
        .variables()
        .fill(node, slot, reading)
        .flatMap(filled -> parse(new Scalar(filled, node, slot, reading)));
  }

  private Optional<T> parse(Scalar scalar) {
    boolean rightType = scalar.filled().variable() || scalar.node().getTag().equals(tag);
    try {
      T value = parser.parse(scalar);
      if (rightType) {
        return Optional.of(value);
      }
      scalar.complain(
          "is not %s; write it %s quotes"
              .formatted(expected, scalar.node().isPlain() ? "in" : "without"));
    } catch (Misfit e) {
      scalar.complain(rightType ? e.why() : "is not " + expected);
    }
    return Optional.empty();
  }
}
