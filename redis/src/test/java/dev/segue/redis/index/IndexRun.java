package dev.segue.redis.index;

import dev.segue.conductor.LoneRun;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A run without a conductor, whose pauses take no time.
final class IndexRun extends LoneRun {

  final List<String> said = new ArrayList<>();
  Runnable whilePaused = () -> {};

  IndexRun() {
    super("dates-1", Path.of(""));
  }

  @Override
  public Instant now() {
    return Instant.EPOCH;
  }

  @Override
  public void pause(Duration time) {
    whilePaused.run();
  }

  @Override
  public void progress(String what, double done) {
    said.add(what + " " + done);
  }
}
