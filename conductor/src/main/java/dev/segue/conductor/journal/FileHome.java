package dev.segue.conductor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;

/// Keeps runs in a directory of a local file system: a directory for each change, in it a file for
/// each run.
public final class FileHome implements Home {

  /// Somebody who looks whether the lock is free holds it for a moment.
  private static final int TRIES = 10;

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  private final Path root;
  private final InstantSource clock;

  private FileHome(Path root, InstantSource clock) {
    this.root = root;
    this.clock = clock;
  }

  /// Opens the home. The directory is made when something is first written to it.
  public static FileHome open(Path directory, InstantSource clock) {
    return new FileHome(directory.toAbsolutePath().normalize(), clock);
  }

  @Override
  public String describe() {
    return "file " + root;
  }

  @Override
  public List<String> changes() {
    return Disk.list(root).stream()
        .filter(Files::isDirectory)
        .map(d -> d.getFileName().toString())
        .sorted()
        .toList();
  }

  @Override
  public List<String> runs(String change) {
    return directory(change).runs().stream().map(RunId::toString).toList();
  }

  @Override
  public List<Entry> read(String run) {
    return RunFile.read(directory(RunId.of(run).change()).journal(run), run).entries();
  }

  @Override
  public Optional<Holder> holder(String change) {
    ChangeDirectory directory = directory(change);
    try {
      boolean live = LockFile.taken(directory.lock());
      return LeaseFile.read(directory.lease())
          .filter(l -> l.token() != null)
          .map(l -> l.holder(live, now()));
    } catch (IOException e) {
      throw Disk.explain(directory.lock(), "look at the lock", e);
    }
  }

  @Override
  public Lease take(String change) {
    ChangeDirectory directory = directory(change);
    LockFile lock = lock(directory);
    try {
      long epoch = LeaseFile.read(directory.lease()).map(LeaseFile::epoch).orElse(0L) + 1;
      Identity me = Identity.mine();
      String token = UUID.randomUUID().toString();
      LeaseFile lease = new LeaseFile(epoch, token, me.host(), me.pid(), me.user(), now());
      lease.write(directory.lease());
      return new FileLease(directory, lease, lock, clock);
    } catch (RuntimeException e) {
      try {
        lock.close();
      } catch (IOException stays) {
        e.addSuppressed(stays);
      }
      throw e;
    }
  }

  @Override
  public void request(String run, Request request) {
    ChangeDirectory directory = directory(RunId.of(run).change());
    Path file = directory.requests(run).resolve(request.id() + ".json");
    if (!Files.exists(directory.journal(run))) {
      throw RunId.unknown(run);
    }
    if (!Files.exists(file)) {
      JsonFile.write(file, request);
    }
  }

  @Override
  public List<Request> requests(String run) {
    Path requests = directory(RunId.of(run).change()).requests(run);
    return Disk.list(requests).stream()
        .map(f -> JsonFile.read(f, Request.class))
        .sorted(Comparator.comparing(Request::at).thenComparing(Request::id))
        .toList();
  }

  @Override
  public Optional<Ended> lastEnded(String otherThanChange) {
    return changes().stream()
        .filter(c -> !c.equals(otherThanChange))
        .map(this::directory)
        .flatMap(d -> d.runs().stream().map(run -> d.ending(run.toString())))
        .filter(Files::exists)
        .map(f -> JsonFile.read(f, Ended.class))
        .max(Comparator.comparing(Ended::at));
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private ChangeDirectory directory(String change) {
    return ChangeDirectory.of(root, change);
  }

  private LockFile lock(ChangeDirectory directory) {
    try {
      Disk.createDirectories(directory.path());
      for (int i = 0; i < TRIES; i++) {
        Optional<LockFile> lock = LockFile.take(directory.lock());
        if (lock.isPresent()) {
          return lock.get();
        }
        Thread.sleep(BETWEEN_TRIES);
      }
    } catch (IOException e) {
      throw Disk.explain(directory.lock(), "lock", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a lock");
    }
    throw holder(directory.change())
        .map(holder -> LeaseHeldException.by(directory.change(), holder))
        .orElseGet(() ->
            new LeaseHeldException(
                "The change " + directory.change() + " is being taken by another conductor"));
  }
}
