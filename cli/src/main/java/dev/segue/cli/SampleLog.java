package dev.segue.cli;

import dev.segue.conductor.Listener;
import dev.segue.conductor.RunState;
import dev.segue.watch.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps every sample of the watch beside the run, one JSON object a line, for the report's charts.
/// Not part of the journal: losing it loses a picture, never a decision.
final class SampleLog implements Listener, AutoCloseable {

  static final String FILE = "samples.jsonl";

  private final Path state;
  private final Consumer<String> complain;
  private @Nullable Writer writer;
  private boolean lost;

  /// @param complain told once when samples cannot be kept
  SampleLog(Path state, Consumer<String> complain) {
    this.state = state;
    this.complain = complain;
  }

  @Override
  public void sampled(Instant at, Map<String, Reading> readings, RunState run) {
    if (lost) {
      return;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", at.toString());
    readings.forEach((name, reading) -> line.put(name, plain(reading)));
    try {
      Writer open = writer;
      if (open == null) {
        Path directory = state.resolve("runs").resolve(run.run());
        Files.createDirectories(directory);
        open =
            Files.newBufferedWriter(
                directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        writer = open;
      }
      open.write(Json.line(line) + "\n");
      open.flush();
    } catch (IOException e) {
      // A full disk must not turn a good change round for the sake of a chart.
      lost = true;
      complain.accept("the samples are not kept any more: " + e.getMessage());
    }
  }

  private static Object plain(Reading reading) {
    return switch (reading) {
      case Reading.Unavailable u -> Map.of("unavailable", u.why());
      case Reading.Figures f -> {
        Map<String, Object> plain = new LinkedHashMap<>();
        f.values().forEach((k, v) -> plain.put(k, v instanceof Duration d ? d.toNanos() / 1e6 : v));
        yield plain;
      }
    };
  }

  @Override
  public void close() {
    try {
      if (writer != null) {
        writer.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + FILE, e);
    }
  }
}
