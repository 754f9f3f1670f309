package dev.segue.redis.backup;

import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.shelf.Progress;
import dev.segue.conductor.shelf.StoredFile;
import dev.segue.redis.backup.Contents.Compared;
import dev.segue.redis.backup.Contents.Verdict;
import dev.segue.redis.backup.Manifest.Snapshot;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts keys of a backup back into a server that is in use, or says which would be.
///
/// Keys that are not in the backup stay; what was written since to those that are is lost.
///
/// @param target whose database is compared and written; the others are left alone
/// @param pattern which keys, as SCAN's MATCH takes it
/// @param serverTools directory of redis-server; null: the PATH
/// @param environment the process's
public record RedisRestore(
    Path backup,
    RedisTarget target,
    String pattern,
    @Nullable Path serverTools,
    Map<String, String> environment) {

  private static final String BATCH = "500";

  /// What there is to do, or what was done.
  ///
  /// @param keys of the backup that the pattern matches
  /// @param different of them, hold something else now
  /// @param missing of them, are not there now
  /// @param restored of both; 0 where they were only counted
  /// @param writtenMeanwhile restored, and different again at the look that followed
  public record Found(
      String change,
      Instant takenAt,
      long keys,
      long different,
      long missing,
      long restored,
      long writtenMeanwhile) {

    /// How many would be put back.
    public long toDo() {
      return different + missing;
    }
  }

  /// Whether a directory holds a backup of Redis.
  public static boolean isBackup(Path directory) {
    return Manifest.isThere(directory);
  }

  /// Changes nothing.
  public Found compare(Progress progress) {
    return run(false, progress);
  }

  /// Puts back what differs. Done again after a crash, it goes on: what is the same is left alone.
  public Found restore(Progress progress) {
    return run(true, progress);
  }

  private Found run(boolean writing, Progress progress) {
    Manifest manifest = Manifest.read(backup);
    Program program = Making.program(serverTools, environment);
    Counts counts = new Counts();
    try (Server server = Server.open(target)) {
      for (StoredFile file : manifest.files()) {
        progress.at("checking " + file.name(), Double.NaN);
        file.check(backup);
      }
      for (Snapshot snapshot : manifest.snapshots()) {
        Path file = backup.resolve(snapshot.file());
        try (ScratchRedis scratch =
                ScratchRedis.load(program, file, Making.highest(snapshot), progress);
            Node copy = scratch.open(target.database())) {
          long all = Math.max(1, snapshot.keys().getOrDefault(target.database(), 0L));
          String doing = writing ? "putting keys back" : "comparing keys";
          String cursor = "0";
          do {
            List<Answer> page =
                copy.one(Call.of("SCAN", cursor, "MATCH", Raw.of(pattern), "COUNT", BATCH)).parts();
            cursor = page.getFirst().words();
            batch(copy, server, page.getLast().parts(), writing, counts);
            progress.at(doing, Math.min(1, (double) counts.keys / all));
          } while (!cursor.equals("0"));
        }
      }
    } catch (IOException e) {
      throw new SegueException(
          Kind.EXTERNAL, "restore-failed", "Reading the backup failed: " + e, null, e);
    }
    return counts.found(manifest);
  }

  private static final class Counts {
    long keys;
    long different;
    long missing;
    long restored;
    long writtenMeanwhile;

    Found found(Manifest manifest) {
      return new Found(
          manifest.change(),
          manifest.takenAt(),
          keys,
          different,
          missing,
          restored,
          writtenMeanwhile);
    }
  }

  private void batch(Node copy, Server server, List<Answer> page, boolean writing, Counts counts) {
    List<String> keys = page.stream().map(Answer::words).toList();
    if (keys.isEmpty()) {
      return;
    }
    Contents contents = new Contents(copy::all, server::all);
    List<Compared> compared = contents.compare(keys);
    List<Compared> due = new ArrayList<>();
    for (Compared key : compared) {
      switch (key.verdict()) {
        case SAME -> counts.keys++;
        case DIFFERENT -> {
          counts.keys++;
          counts.different++;
          due.add(key);
        }
        case MISSING -> {
          counts.keys++;
          counts.missing++;
          due.add(key);
        }
        case GONE -> {} // expired since the page was read
      }
    }
    if (writing && !due.isEmpty()) {
      counts.restored += due.size();
      put(copy, server, due);
      counts.writtenMeanwhile +=
          contents.compare(due.stream().map(Compared::key).toList()).stream()
              .filter(key -> key.verdict() == Verdict.DIFFERENT)
              .count();
    }
  }

  private void put(Node copy, Server server, List<Compared> due) {
    List<Answer> left = copy.all(due.stream().map(key -> Call.at(key.key(), "PTTL")).toList());
    long now = System.currentTimeMillis();
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < due.size(); i++) {
      long rest = left.get(i).number();
      if (rest == -1) {
        calls.add(Call.at(due.get(i).key(), "RESTORE", "0", due.get(i).dump(), "REPLACE"));
      } else if (rest > 0) {
        String until = Long.toString(now + rest);
        calls.add(
            Call.at(due.get(i).key(), "RESTORE", until, due.get(i).dump(), "REPLACE", "ABSTTL"));
      }
    }
    for (Answer answer : server.all(calls)) {
      answer
          .refusal()
          .ifPresent(e -> {
            throw new SegueException(
                Kind.EXTERNAL,
                "restore-failed",
                "%s does not take a key back: %s".formatted(target.shown(), e.getMessage()),
                "Where it speaks of version or checksum, the redis-server that loaded the backup is"
                    + " too new for it: name an older one with --server-tools. The same command again"
                    + " goes on.",
                e);
          });
    }
  }
}
