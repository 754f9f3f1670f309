package dev.segue.conductor.journal;

import dev.segue.conductor.FencedException;
import java.io.IOException;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// A lease as a locked file, and the one writer of the change's journals.
final class FileLease implements Lease {

  private final ChangeDirectory directory;
  private final LeaseFile mine;
  private final LockFile lock;
  private final InstantSource clock;
  private final Map<String, RunFile> files = new HashMap<>();
  private boolean closed;

  FileLease(ChangeDirectory directory, LeaseFile mine, LockFile lock, InstantSource clock) {
    this.directory = directory;
    this.mine = mine;
    this.lock = lock;
    this.clock = clock;
  }

  @Override
  public long epoch() {
    return mine.epoch();
  }

  @Override
  public synchronized String begin() {
    check();
    return directory.nextRun().toString();
  }

  @Override
  public synchronized Entry append(String run, String kind, String body) {
    Chain.checkText(kind, body);
    check();
    RunFile file = file(run);
    Entry last = file.last(run);
    if (last == null && !run.equals(directory.nextRun().toString())) {
      throw RunId.unknown(run);
    }
    Entry entry = Chain.next(run, last, epoch(), clock.instant(), kind, body);
    file.append(entry);
    return entry;
  }

  @Override
  public synchronized void end(String run, String outcome) {
    check();
    if (file(run).last(run) == null) {
      throw RunId.unknown(run);
    }
    directory.end(run, outcome, clock.instant());
  }

  /// The lock cannot be lost while this process lives, but its directory can be removed or replaced
  /// under it.
  @Override
  public synchronized void check() {
    if (closed) {
      throw new FencedException("The lease on " + directory.change() + " was given back");
    }
    if (!isMine()) {
      throw new FencedException(
          "Another conductor has taken over "
              + directory.change()
              + " (this one had epoch "
              + epoch()
              + "), or its lease "
              + directory.lease()
              + " was removed");
    }
  }

  @Override
  public void check(Connection connection) {
    check();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (lock) {
      if (isMine()) {
        mine.givenBack().write(directory.lease());
      }
    } catch (IOException e) {
      throw Disk.explain(directory.lease(), "give back the lease", e);
    }
  }

  private boolean isMine() {
    return LeaseFile.read(directory.lease()).filter(mine::equals).isPresent();
  }

  private RunFile file(String run) {
    if (!RunId.of(run).change().equals(directory.change())) {
      throw new IllegalArgumentException(run + " is no run of " + directory.change());
    }
    return files.computeIfAbsent(run, r -> new RunFile(directory.journal(r)));
  }
}
