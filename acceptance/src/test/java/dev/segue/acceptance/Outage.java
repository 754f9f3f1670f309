package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.checker.Checker;
import dev.segue.testkit.LoadFigures;
import java.time.Duration;
import java.time.Instant;

/// The time in which something was dead that served users, and nobody else could have.
record Outage(Instant from, Instant until) {

  /// What a version waits for a connection to its database, and a little.
  private static final Duration PATIENCE = Duration.ofSeconds(6);

  Duration lasted() {
    return Duration.between(from, until);
  }

  /// No request failed that was begun after it, none that had ended before it, and nothing was
  /// lost.
  void explains(Checker.Findings checked, LoadFigures users) {
    assertThat(checked.violations()).isEmpty();
    assertThat(checked.failures())
        .allSatisfy(f -> {
          assertThat(f.begun()).as(f.toString()).isBeforeOrEqualTo(until);
          assertThat(f.ended()).as(f.toString()).isAfterOrEqualTo(from);
        });
    assertThat(users.seconds())
        .filteredOn(s -> s.failed() > 0)
        .allSatisfy(s -> {
          Instant began = users.began().plusSeconds(s.second());
          assertThat(began.plusSeconds(1)).as(s.toString()).isAfterOrEqualTo(from);
          assertThat(began).as(s.toString()).isBeforeOrEqualTo(until.plus(PATIENCE));
        });
  }
}
