package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.RunState;
import dev.segue.report.Report;
import dev.segue.report.ReportDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run's report as files beside the run: Markdown, HTML, JSON.
final class ReportFiles {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ReportFiles() {}

  /// Writes all three, over earlier ones.
  ///
  /// @return the page
  static Path write(Desk desk, RunState state) {
    Path directory = desk.workspace().runDirectory(state.run());
    Report report = report(desk, state);
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("report.md"), ReportDocuments.markdown(report));
      Files.writeString(directory.resolve("report.json"), ReportDocuments.json(report));
      Path page = directory.resolve("report.html");
      Files.writeString(page, ReportDocuments.html(report));
      return page;
    } catch (IOException e) {
      throw new SegueException(
          Kind.RESOURCES,
          "report-not-written",
          "The report cannot be written to " + directory + ": " + e.getMessage(),
          "The run itself is not touched by this. Make room, then: segue report",
          e);
    }
  }

  static Report report(Desk desk, RunState state) {
    Path samples = desk.workspace().runDirectory(state.run()).resolve(SampleLog.FILE);
    return new RunReport(
            desk.change(),
            state,
            desk.home().read(state.run()),
            desk.home().describe(),
            desk.file().toString())
        .of(Files.isRegularFile(samples) ? samples(samples) : List.of());
  }

  /// The router's counters, which grow, as what happened between two samples.
  private static List<Report.Sample> samples(Path file) {
    List<Report.Sample> samples = new ArrayList<>();
    long requests = 0;
    long errors = 0;
    try {
      for (String line : Files.readAllLines(file)) {
        JsonNode http = JSON.readTree(line).path("http");
        long nowRequests = http.path("requests").asLong(requests);
        long nowErrors = http.path("errors").asLong(errors);
        JsonNode p95 = http.path("p95");
        samples.add(
            new Report.Sample(
                Instant.parse(JSON.readTree(line).path("at").asString()),
                Math.max(0, nowRequests - requests),
                Math.max(0, nowErrors - errors),
                p95.isNumber() ? p95.asDouble() : null));
        requests = nowRequests;
        errors = nowErrors;
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot read " + file, e);
    }
    return samples;
  }
}
