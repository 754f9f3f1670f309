package dev.segue.conductor.shelf;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/// Tells how much has come through, every few megabytes.
public final class Counted extends FilterOutputStream {

  private static final long EVERY = 4 << 20;

  private final LongConsumer listener;
  private long bytes;
  private long told = -EVERY;

  public Counted(OutputStream out, LongConsumer listener) {
    super(out);
    this.listener = listener;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    count(1);
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    out.write(b, off, len);
    count(len);
  }

  private void count(int more) {
    bytes += more;
    if (bytes - told >= EVERY) {
      told = bytes;
      listener.accept(bytes);
    }
  }
}
