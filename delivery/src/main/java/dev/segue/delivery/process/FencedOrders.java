package dev.segue.delivery.process;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.FencedException;
import dev.segue.conductor.Private;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Orders that carry the epoch of a lease. A file beside the processes' own remembers the largest
/// epoch heard, and is locked from the comparison until the order is carried out: no order of an
/// earlier conductor, however late it comes, follows one of a later conductor.
///
/// A conductor that is stopped in the middle of an order keeps the lock; then nobody gives orders
/// here until it goes on or dies.
record FencedOrders(Path directory, String change, long epoch) implements Orders {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /// As many digits as an epoch can have, so that a new one covers the old one.
  private static final int DIGITS = 19;

  @Override
  public <T, E extends Exception> T carryOut(Act<T, E> act) throws E {
    FileChannel turn = take();
    try {
      return act.run();
    } finally {
      letGo(turn);
    }
  }

  @Override
  public void claim() {
    letGo(take());
  }

  /// Locked until it is closed, with this epoch as the largest heard.
  private FileChannel take() {
    try {
      Private.createDirectories(directory);
      Path file = directory.resolve(change + ".epoch");
      Private.touch(file);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        lock(channel, file);
        compare(channel);
        return channel;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new SegueException(
          Kind.RESOURCES,
          "state-directory",
          "Segue's directory %s cannot be used: %s".formatted(directory, Private.words(e)),
          "Make room or give the right to write there; then run the same command again.",
          e);
    }
  }

  private static void letGo(FileChannel turn) {
    try {
      turn.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compare(FileChannel channel) throws IOException {
    long newest = read(channel);
    if (newest > epoch) {
      throw new FencedException(
          "Another conductor has taken over %s: it starts and stops processes with epoch %d, this one has %d"
              .formatted(change, newest, epoch));
    }
    if (newest < epoch) {
      write(channel);
    }
  }

  private static void lock(FileChannel channel, Path file) throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (channel.tryLock() == null) {
      if (System.nanoTime() - end >= 0) {
        throw new SegueException(
            Kind.EXTERNAL,
            "orders-held",
            "Another process of Segue is in the middle of starting or stopping one, and keeps "
                + file
                + " locked",
            "Is it stopped? Let it go on or kill it ('fuser " + file + "' names it); then again.");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /// Nothing readable is from a machine that went down in mid-write, and its conductors with it.
  private static long read(FileChannel channel) throws IOException {
    ByteBuffer digits = ByteBuffer.allocate(DIGITS);
    channel.read(digits, 0);
    String text = new String(digits.array(), 0, digits.position(), StandardCharsets.US_ASCII);
    return text.matches("\\d{19}") ? Long.parseLong(text) : 0;
  }

  private void write(FileChannel channel) throws IOException {
    String text = "%019d".formatted(epoch);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    channel.force(false);
  }
}
