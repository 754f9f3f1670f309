package dev.segue.delivery.proxy;

import dev.segue.delivery.proxy.Router.Mark;
import dev.segue.delivery.proxy.Router.Tally;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/// One backend's address and its figures. Guarded by the [Switchboard]'s lock.
final class Backend {

  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

  private String address;
  private long requests;
  private long failures;
  private long unanswered;
  private long diverted;
  private long abandoned;
  private long inFlight;
  private Mark before = Mark.NONE;
  private final Histogram latency = new Histogram(LONGEST_MICROS, 3);

  Backend(String address) {
    this.address = address;
  }

  String address() {
    return address;
  }

  void moveTo(String other) {
    address = other;
  }

  void becomesActive() {
    before = new Mark(requests, failures, unanswered);
  }

  /// @param diverted whether it comes from another backend
  Ticket begin(boolean diverted) {
    inFlight++;
    return new Ticket(this, address, System.nanoTime(), diverted);
  }

  /// One of the unanswered requests is given to another backend.
  void passesOn() {
    diverted++;
  }

  void end(Ticket.End end, long nanos) {
    inFlight--;
    requests++;
    switch (end) {
      case ANSWERED -> {}
      case FAILED -> failures++;
      case UNANSWERED -> unanswered++;
      case ABANDONED -> abandoned++;
    }
    if (end != Ticket.End.ABANDONED) {
      latency.recordValue(Math.clamp(nanos / 1000, 1, LONGEST_MICROS));
    }
  }

  /// The figures of this moment; encoding them takes longer than the lock may be held.
  Supplier<Tally> tally() {
    Tally plain =
        new Tally(requests, failures, unanswered, diverted, abandoned, inFlight, before, "");
    Histogram copy = latency.copy();
    return () -> plain.with(encoded(copy));
  }

  private static String encoded(Histogram histogram) {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
  }
}
