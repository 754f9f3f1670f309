package dev.segue.examples.members;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A planted fault: the application serves well until so many requests or so much time after its
/// first one, then answers 500. Health checks do not count. Thread-safe.
final class FailAfter {

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(s?)");

  private final long requests;
  private final long nanos;
  private long seen;
  private long first;

  private FailAfter(long requests, long nanos) {
    this.requests = requests;
    this.nanos = nanos;
  }

  static FailAfter never() {
    return new FailAfter(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /// @param text `200` for requests, `3s` for seconds
  static FailAfter parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "--fail-after takes requests (200) or seconds (3s), not '" + text + "'");
    }
    long n = Long.parseLong(m.group(1));
    return m.group(2).isEmpty()
        ? new FailAfter(n, Long.MAX_VALUE)
        : new FailAfter(Long.MAX_VALUE, Duration.ofSeconds(n).toNanos());
  }

  /// Asked once for each request.
  synchronized boolean failsNow() {
    long now = System.nanoTime();
    if (seen++ == 0) {
      first = now;
    }
    return seen > requests || now - first >= nanos;
  }
}
