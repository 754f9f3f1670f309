package dev.segue.redis.backup;

import dev.segue.change.Change;
import dev.segue.change.RedisBackup.Verification;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.conductor.Workspace;
import dev.segue.conductor.shelf.Directory;
import dev.segue.conductor.shelf.Sizes;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Could the backup be made? Asks for the right to a snapshot, the directory and the room in it,
/// and for a server to load it.
public final class RedisBackupGate implements GateCheck {

  private static final String NAME = "backup of Redis";

  private final Job job;

  private RedisBackupGate(Job job) {
    this.job = job;
  }

  /// Nothing where the change file asks for no backup of Redis.
  public static Optional<GateCheck> of(Change change, Workspace workspace) {
    return Job.of(change, workspace).map(RedisBackupGate::new);
  }

  @Override
  public List<Finding> ask(Progress progress) {
    progress.at("the backup of Redis");
    Directory directory = new Directory(job.settings().to(), "backup.redis.to");
    List<Finding> findings = new ArrayList<>(directory.writable());
    try (Server server = Server.open(job.target())) {
      long bytes = 0;
      for (Server.Primary primary : server.primaries()) {
        Map<String, String> info = primary.node().info("memory", "server");
        bytes += Long.parseLong(info.getOrDefault("used_memory_dataset", "0"));
        refusal(primary.node()).ifPresent(findings::add);
        loader(info.getOrDefault("redis_version", "")).ifPresent(findings::add);
      }
      findings.add(
          Finding.passed(
              NAME,
              "%d primary node%s with %s of data, over the wire"
                  .formatted(
                      server.primaries().size(),
                      server.primaries().size() == 1 ? "" : "s",
                      Sizes.words(bytes))));
      findings.add(directory.room(bytes, "in memory the data takes"));
    } catch (SegueException e) {
      findings.add(Finding.refused(NAME, e.getMessage(), e.remedy()));
    }
    return List.copyOf(findings);
  }

  /// Servers before 7.0 cannot be asked; there the step finds out.
  private Optional<Finding> refusal(Node node) {
    String user = job.target().user() == null ? "default" : job.target().user();
    Answer answer =
        node.all(List.of(Call.of("ACL", "DRYRUN", user, "PSYNC", "?", "-1"))).getFirst();
    boolean granted =
        answer.refusal().isPresent()
            || !answer.words().contains("no permissions") && !answer.words().contains("NOPERM");
    return granted
        ? Optional.empty()
        : Optional.of(
            Finding.refused(
                NAME,
                "%s: %s".formatted(node.at(), answer.words()),
                "ACL SETUSER %s +psync +replconf".formatted(user)));
  }

  private Optional<Finding> loader(String version) {
    if (job.settings().verify() == Verification.CHECKSUM) {
      return Optional.empty();
    }
    try {
      Program program = Making.program(job.settings().serverTools(), job.environment());
      return program.olderThan(version)
          ? Optional.of(
              Finding.refused(
                  NAME,
                  "%s is redis-server %s, older than the server, %s: it would not load the snapshot"
                      .formatted(program.path(), program.version(), version),
                  "Name a newer one's directory in backup.redis.server-tools, or set"
                      + " backup.redis.verify to checksum."))
          : Optional.empty();
    } catch (SegueException e) {
      return Optional.of(Finding.refused(NAME, e.getMessage(), e.remedy()));
    }
  }
}
