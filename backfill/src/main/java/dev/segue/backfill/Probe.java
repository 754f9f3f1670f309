package dev.segue.backfill;

/// One short read, such as users send, to see what they notice. Used by one thread.
public interface Probe extends AutoCloseable {

  void read() throws Exception;

  @Override
  void close();
}
