package dev.segue.conductor.journal;

import dev.segue.conductor.Fence;

/// The right to write.
public interface Lease extends Fence, AutoCloseable {
  String begin();

  Entry append(String run, String kind, String body);

  void end(String run, String outcome);

  @Override
  void close();
}
