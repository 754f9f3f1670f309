package dev.segue.redis.backup;

import dev.segue.change.Backup;
import dev.segue.change.Change;
import dev.segue.change.Contract;
import dev.segue.change.Data;
import dev.segue.change.RedisBackup;
import dev.segue.change.RedisBackup.Verification;
import dev.segue.change.RedisTarget;
import dev.segue.change.Rehearsal;
import dev.segue.change.RollbackWindows;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Step;
import dev.segue.conductor.Workspace;
import dev.segue.testkit.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import redis.embedded.core.ExecutableProvider;

/// A change that backs up a Redis of a test.
record Snapshots(RedisTarget target, Path to, Verification verify, int keep) {

  /// A directory with the redis-server that the tests' servers are.
  static final Path TOOLS = tools();

  /// Nothing waits for other replicas to come.
  static EmbeddedRedis.Options server() {
    return EmbeddedRedis.Options.defaults().with("repl-diskless-sync-delay", "0");
  }

  static Snapshots of(String url, Path to) {
    return new Snapshots(RedisTarget.parse("the test's URL", url), to, Verification.LOAD, 7);
  }

  Snapshots verifiedBy(Verification wanted) {
    return new Snapshots(target, to, wanted, keep);
  }

  Snapshots keeping(int number) {
    return new Snapshots(target, to, verify, number);
  }

  Step step() {
    return RedisBackupStep.of(change(), workspace()).orElseThrow();
  }

  List<Finding> ask() {
    return RedisBackupGate.of(change(), workspace()).orElseThrow().ask(what -> {});
  }

  RedisRestore restore(Path backup, String pattern) {
    return new RedisRestore(backup, target, pattern, TOOLS, Map.of());
  }

  private Workspace workspace() {
    return new Workspace(to, to, Map.of());
  }

  private Change change() {
    return new Change(
        "dates",
        "",
        null,
        List.of(),
        new Rehearsal(false, null, null),
        new Backup(null, new RedisBackup(to, verify, keep, TOOLS)),
        List.of(),
        new Data(target, List.of(), List.of()),
        null,
        List.of(),
        null,
        new RollbackWindows(Duration.ofMinutes(5), Duration.ofMinutes(30)),
        new Contract(Duration.ofHours(24)));
  }

  private static Path tools() {
    try {
      Path home = Files.createTempDirectory("segue-redis-tools-");
      Path program = ExecutableProvider.newJarResourceProvider(home.toFile()).get().toPath();
      Path named = Files.move(program, home.resolve("redis-server"));
      named.toFile().deleteOnExit();
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
