package dev.segue.testkit;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// How long answers took, in milliseconds, from when each request was due. All 0 when there were
/// none.
public record Latency(double p50, double p95, double p99, double max) {

  static final Latency NONE = new Latency(0, 0, 0, 0);

  static Latency of(Histogram micros) {
    if (micros.getTotalCount() == 0) {
      return NONE;
    }
    return new Latency(
        at(micros, 50), at(micros, 95), at(micros, 99), millis(micros.getMaxValue()));
  }

  private static double at(Histogram micros, double percentile) {
    return millis(micros.getValueAtPercentile(percentile));
  }

  private static double millis(long micros) {
    return (double) micros / TimeUnit.MILLISECONDS.toMicros(1);
  }
}
