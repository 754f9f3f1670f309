package dev.segue.change;

import static dev.segue.change.Key.optional;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// `rehearsal`: where statements come from, or `off`.
record RehearsalForm() implements Form<Rehearsal> {

  private static final String OFF = "off";

  private static final Key<Path> OLD =
      optional(
          "old",
          Scalars.FILE,
          "SQL file of what the old version sends; pg_stat_statements where it is installed when"
              + " not given.");
  private static final Key<Path> NEW =
      optional("new", Scalars.FILE, "SQL file of what the new version will send.");

  private static final MappingForm<Rehearsal> FILES =
      MappingForm.of(
          f -> new Rehearsal(true, f.find(OLD).orElse(null), f.find(NEW).orElse(null)), OLD, NEW);

  @Override
  public Optional<Rehearsal> read(Slot slot, Reading reading) {
    if (!(slot.node() instanceof ScalarNode word)) {
      return FILES.read(slot, reading);
    }
    if (word.getValue().equals(OFF)) {
      return Optional.of(new Rehearsal(false, null, null));
    }
    reading.problem(slot, "expected 'off' or a mapping with the keys old, new");
    return Optional.empty();
  }

  @Override
  public Map<String, Object> schema() {
    return Scalars.schema("anyOf", List.of(Map.of("const", OFF), FILES.schema()));
  }
}
