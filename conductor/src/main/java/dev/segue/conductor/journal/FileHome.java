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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Keeps runs in a directory of a local file system: a directory for each change, in it a file for
/// each run.
public final class FileHome implements Home {

  private static final JsonMapper JSON = JsonMapper.builder().build();

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
    return list(root).stream()
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
      LeaseFile lease =
          new LeaseFile(epoch, token, me.host(), me.pid(), me.user(), now());
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
      write(file, request);
    }
  }

  @Override
  public List<Request> requests(String run) {
    Path requests = directory(RunId.of(run).change()).requests(run);
    return list(requests).stream()
        .map(f -> read(f, Request.class))
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
        .map(f -> read(f, Ended.class))
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
    return new ChangeDirectory(root.resolve(RunId.checkChange(change)), change);
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

  private static List<Path> list(Path directory) {
    try {
      return Disk.list(directory);
    } catch (IOException e) {
      throw Disk.explain(directory, "list", e);
    }
  }

  private static <T> T read(Path file, Class<T> type) {
    try {
      return JSON.readValue(Files.readAllBytes(file), type);
    } catch (JacksonException e) {
      throw new JournalCorruptException(
          file + " cannot be read: " + e.getOriginalMessage(),
          "Restore it from a backup, or move it away.");
    } catch (IOException e) {
      throw Disk.explain(file, "read", e);
    }
  }

  private static void write(Path file, Object content) {
    try {
      Disk.replace(file, JSON.writeValueAsBytes(content));
    } catch (IOException e) {
      throw Disk.explain(file, "write", e);
    }
  }

  /// Where the files of one change are.
  record ChangeDirectory(Path path, String change) {

    private static final String JOURNAL = ".jsonl";

    Path lock() {
      return path.resolve("lock");
    }

    Path lease() {
      return path.resolve("lease.json");
    }

    Path journal(String run) {
      return path.resolve(run + JOURNAL);
    }

    Path ending(String run) {
      return path.resolve(run + ".end.json");
    }

    Path requests(String run) {
      return path.resolve(run + ".requests");
    }

    /// By number. A run is there from its first record on.
    List<RunId> runs() {
      return list(path).stream()
          .map(f -> f.getFileName().toString())
          .filter(name -> name.endsWith(JOURNAL))
          .map(name -> RunId.find(name.substring(0, name.length() - JOURNAL.length())))
          .flatMap(Optional::stream)
          .filter(run -> run.change().equals(change))
          .sorted(Comparator.comparingInt(RunId::number))
          .toList();
    }

    RunId nextRun() {
      List<RunId> runs = runs();
      return new RunId(change, runs.isEmpty() ? 1 : runs.getLast().number() + 1);
    }

    void end(String run, String outcome, Instant at) {
      Path file = ending(run);
      if (!Files.exists(file) || !read(file, Ended.class).outcome().equals(outcome)) {
        write(file, new Ended(change, run, at, outcome));
      }
    }
  }
}
