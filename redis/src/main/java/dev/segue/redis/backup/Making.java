package dev.segue.redis.backup;

import dev.segue.change.RedisBackup.Verification;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Private;
import dev.segue.conductor.shelf.Progress;
import dev.segue.conductor.shelf.Shelf;
import dev.segue.conductor.shelf.Sizes;
import dev.segue.conductor.shelf.StoredFile;
import dev.segue.redis.backup.Manifest.Snapshot;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Server;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Takes a backup and proves it.
///
/// @param partial the directory it is written to
record Making(Job job, String run, Path partial, Progress progress) {

  /// Told at most so often, in bytes.
  private static final long EVERY = 4 << 20;

  /// @return with what was measured; not yet written
  Manifest make(Instant now) throws IOException {
    long began = System.nanoTime();
    List<Snapshot> snapshots = new ArrayList<>();
    List<StoredFile> files = new ArrayList<>();
    Facts proved = Facts.NONE;
    String version;
    try (Server server = Server.open(job.target())) {
      version =
          server.primaries().getFirst().node().info("server").getOrDefault("redis_version", "");
      for (Server.Primary primary : server.primaries()) {
        Taken taken =
            take(primary.node(), String.format(Locale.ROOT, "%04d.rdb", snapshots.size() + 1));
        snapshots.add(taken.snapshot());
        files.add(StoredFile.of(partial, taken.snapshot().file()));
        proved = sum(proved, proved(primary.node(), taken));
      }
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            Manifest.STORE,
            job.change(),
            run,
            job.target().shown(),
            version,
            now,
            snapshots,
            files,
            Map.of());
    Facts facts =
        Facts.of("method", "snapshot over the wire")
            .with("path", Shelf.whole(partial).toString())
            .with("nodes", snapshots.size())
            .with(
                "keys",
                snapshots.stream()
                    .flatMap(s -> s.keys().values().stream())
                    .mapToLong(Long::longValue)
                    .sum())
            .with("bytes", files.stream().mapToLong(StoredFile::bytes).sum())
            .with("checksummed", snapshots.stream().allMatch(Snapshot::checksummed))
            .with("verified", verified())
            .with("seconds", Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0);
    return manifest.with(facts.and(proved).values());
  }

  private String verified() {
    return switch (job.settings().verify()) {
      case CHECKSUM -> "checksum read back, not loaded";
      case LOAD -> "loaded; numbers of keys and a sample of them are equal";
    };
  }

  /// @param nanos when it was of
  private record Taken(Snapshot snapshot, Keyspace before, Keyspace at, long nanos) {}

  private Taken take(Node node, String name) throws IOException {
    Path file = partial.resolve(name);
    Keyspace before = Keyspace.read(node);
    Replication.Start start;
    Keyspace at;
    long nanos;
    try (Replication replication = Replication.open(job.target(), node.at())) {
      progress.at("asking %s for a snapshot".formatted(node.at()), 0);
      start = replication.begin();
      nanos = System.nanoTime();
      at = Keyspace.read(node);
      long[] told = {-EVERY};
      try (OutputStream out =
          new BufferedOutputStream(Channels.newOutputStream(Private.create(file)), 1 << 16)) {
        replication.transfer(out, (bytes, of) -> tell(node, bytes, of, told));
      }
    }
    progress.at("checking " + name, Double.NaN);
    Rdb rdb = Rdb.check(file);
    Snapshot snapshot =
        new Snapshot(
            node.at().toString(),
            name,
            rdb.version(),
            rdb.checksummed(),
            start.id(),
            start.offset(),
            at.keys());
    return new Taken(snapshot, before, at, nanos);
  }

  private void tell(Node node, long bytes, long of, long[] told) {
    if (bytes - told[0] >= EVERY) {
      told[0] = bytes;
      progress.at(
          "receiving the snapshot of %s, %s".formatted(node.at(), Sizes.words(bytes)),
          of > 0 ? (double) bytes / of : Double.NaN);
    }
  }

  private Facts proved(Node node, Taken taken) throws IOException {
    if (job.settings().verify() == Verification.CHECKSUM) {
      return Facts.NONE;
    }
    try (ScratchRedis scratch = scratch(taken.snapshot())) {
      return new Proof(node, taken.before(), taken.at(), taken.nanos()).of(scratch, progress);
    }
  }

  private ScratchRedis scratch(Snapshot snapshot) throws IOException {
    return ScratchRedis.load(
        program(job.settings().serverTools(), job.environment()),
        partial.resolve(snapshot.file()),
        highest(snapshot),
        progress);
  }

  static int highest(Snapshot snapshot) {
    return snapshot.keys().keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /// @throws SegueException USER `server-tools-missing`
  static Program program(
      @org.jspecify.annotations.Nullable Path directory, Map<String, String> environment) {
    return Program.find(directory, environment)
        .orElseThrow(() ->
            new SegueException(
                Kind.USER,
                "server-tools-missing",
                "There is no redis-server "
                    + (directory == null ? "on the PATH" : "in " + directory)
                    + " to load a snapshot",
                "Install Redis on this machine (nothing has to run), name its directory in"
                    + " backup.redis.server-tools (--server-tools of segue restore), or set"
                    + " backup.redis.verify to checksum."));
  }

  private static Facts sum(Facts one, Facts other) {
    Facts all = one;
    for (String name : other.values().keySet()) {
      all = all.with(name, one.number(name).orElse(0L) + other.number(name).orElse(0L));
    }
    return all;
  }
}
