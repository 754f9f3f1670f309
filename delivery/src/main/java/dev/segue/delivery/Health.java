package dev.segue.delivery;

import dev.segue.change.AppVersion;
import dev.segue.change.Deploy.HealthCheck;
import dev.segue.change.Durations;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.delivery.process.AppProcess;
import dev.segue.delivery.process.Waiting;
import dev.segue.watch.Condition;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Asks one version whether it is well.
final class Health {

  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final HealthCheck check;
  private final URI uri;
  private final @Nullable Condition expected;

  Health(HealthCheck check, AppVersion version) {
    this.check = check;
    this.uri = URI.create("http://" + version.host() + ":" + version.port() + check.path());
    this.expected = check.expect() == null ? null : Conditions.compile(check.expect());
  }

  /// What is wrong with it; empty when it is well.
  Optional<String> complaint() {
    try {
      HttpAnswer answer = HttpAnswer.get(uri, ANSWER);
      boolean well =
          answer.isSuccess()
              && (expected == null || expected.test(answer.json()) == Condition.Truth.TRUE);
      return well ? Optional.empty() : Optional.of(uri + " answered " + answer + wanted());
    } catch (IOException e) {
      return Optional.of(uri + " does not answer: " + e);
    }
  }

  private String wanted() {
    return expected == null ? "" : " (expected: " + expected + ")";
  }

  /// Returns when it was well so often in a row as the change file wants.
  ///
  /// @throws SegueException when it was not in time, or as soon as the process ends
  void awaitUp(AppProcess process, Waiting waiting, Consumer<String> progress) {
    Row row = new Row();
    boolean up =
        waiting.until(
            () -> {
              if (process.running().isEmpty()) {
                throw process.ended();
              }
              row.look();
              progress.accept(row.toString());
              return row.well >= check.rise();
            },
            check.within(),
            check.every());
    if (!up) {
      throw new SegueException(
          Kind.EXTERNAL,
          "not-healthy",
          "Not healthy within %s: %s; the log's last lines:%n%s"
              .formatted(Durations.format(check.within()), row.last, process.lastLines()),
          "The whole log is in " + process.log());
    }
  }

  /// Good answers without a bad one between.
  private final class Row {

    private int well;
    private String last = "";

    private void look() {
      Optional<String> complaint = complaint();
      well = complaint.isEmpty() ? well + 1 : 0;
      last = complaint.orElse(uri + " is well");
    }

    @Override
    public String toString() {
      return "healthy %d of %d: %s".formatted(well, check.rise(), last);
    }
  }
}
