package dev.segue.delivery;

import dev.segue.delivery.proxy.Router;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// How long requests took, as the router counted it.
final class Latency {

  private static final Latency NONE = new Latency(new Histogram(3));

  private final Histogram micros;

  private Latency(Histogram micros) {
    this.micros = micros;
  }

  static Latency of(Router.Tally tally) {
    if (tally.latency().isEmpty()) {
      return NONE;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(tally.latency()));
      return new Latency(Histogram.decodeFromCompressedByteBuffer(bytes, 0));
    } catch (DataFormatException e) {
      throw new IllegalStateException("the router's histogram cannot be read", e);
    }
  }

  /// What came between an earlier reading of the same counting and this one.
  Latency since(Latency earlier) {
    Histogram between = micros.copy();
    between.subtract(earlier.micros);
    return new Latency(between);
  }

  boolean isEmpty() {
    return micros.getTotalCount() == 0;
  }

  Duration percentile(double percent) {
    return Duration.ofNanos(micros.getValueAtPercentile(percent) * 1000);
  }
}
