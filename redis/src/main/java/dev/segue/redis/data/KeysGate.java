package dev.segue.redis.data;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.GateCheck;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Server;
import dev.segue.redis.wire.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Whether keys can be given a new form: the server is there and may be written to, scripts are
/// allowed, no right is missing, memory is enough.
record KeysGate(Task task) implements GateCheck {

  private static final int SAMPLE = 500;

  /// KEEPTTL, and what scripts do is replicated by its effects.
  private static final int OLDEST = 6;

  @Override
  public List<Finding> ask(Progress progress) {
    progress.at("looking at " + task.target().shown());
    try (Server server = Server.open(task.target())) {
      List<Finding> findings = new ArrayList<>();
      for (Server.Primary primary : server.primaries()) {
        Map<String, String> info = primary.node().info("server", "replication", "memory");
        server(primary, info, findings);
      }
      if (findings.stream().noneMatch(Finding::refuses)) {
        findings.add(scripts(server));
      }
      if (findings.stream().noneMatch(Finding::refuses)) {
        keys(server, findings);
      }
      return findings;
    } catch (SegueException e) {
      return List.of(Finding.refused(gate(), e.getMessage(), e.remedy()));
    }
  }

  private String gate() {
    return "keys " + task.backfill().name();
  }

  private void server(Server.Primary primary, Map<String, String> info, List<Finding> findings) {
    String version = info.getOrDefault("redis_version", "0");
    String where = primary.node().at().toString();
    if (Integer.parseInt(version.split("\\.", 2)[0]) < OLDEST) {
      findings.add(
          Finding.refused(
              gate(), where + " is Redis " + version + ", too old", "Use 6.0 or newer."));
    } else if ("slave".equals(info.get("role"))) {
      findings.add(
          Finding.refused(gate(), where + " is a replica", "Name the primary in redis.url."));
    } else {
      findings.add(Finding.passed(gate(), where + " is Redis " + version + ", a primary"));
    }
    String policy = info.getOrDefault("maxmemory_policy", "noeviction");
    if (RedisSignals.number(info, "maxmemory") > 0 && !policy.equals("noeviction")) {
      findings.add(
          Finding.warning(
              gate(),
              where + " evicts keys when memory is short (" + policy + "): kept values may go, too",
              "Raise maxmemory, or set maxmemory-policy noeviction meanwhile."));
    }
  }

  private Finding scripts(Server server) {
    String own = task.names().fence();
    Call script = Call.near(own, "EVAL", "return redis.call('EXISTS', KEYS[1])", "1", own);
    Answer answer = server.all(List.of(script)).getFirst();
    return answer
        .refusal()
        .map(e -> Trouble.of(task.target(), e))
        .map(e -> Finding.refused(gate(), e.getMessage(), e.remedy()))
        .orElseGet(() -> Finding.passed(gate(), "scripts are allowed"));
  }

  private void keys(Server server, List<Finding> findings) {
    Keeping keeping = Keeping.sampled(server, task, SAMPLE);
    if (keeping.looked() == 0) {
      findings.add(
          Finding.warning(
              gate(),
              "no key of the right kind was found like "
                  + String.join(", ", task.backfill().keys().patterns()),
              "Is this the right server, database and pattern? SCAN 0 MATCH … shows."));
      return;
    }
    rights(server, keeping.example(), findings);
    long needed = keeping.bytes();
    double most =
        task.backfill().pace().limits().maxMemory() == null
            ? 1
            : task.backfill().pace().limits().maxMemory();
    long free = free(server, most);
    String figures =
        "about %,d keys; %,d bytes are kept %s"
            .formatted(keeping.about(), needed, Keeping.words(keeping.chosen(), task.names()));
    if (keeping.chosen() != Keep.BACKUP && needed > free) {
      findings.add(
          Finding.advisedAgainst(
              gate(),
              figures + ", but only %,d bytes are left of max-memory".formatted(Math.max(0, free)),
              "Raise maxmemory; or keep: backup, whose way back is the backup."));
    } else {
      findings.add(Finding.passed(gate(), figures));
    }
  }

  private void rights(Server server, String key, List<Finding> findings) {
    List<String> missing =
        Rights.missing(server, task.names().fence(), key, task.backfill().keys().shape());
    if (!missing.isEmpty()) {
      String user = task.target().user() == null ? "default" : task.target().user();
      findings.add(
          Finding.refused(
              gate(),
              "the user " + user + " lacks rights that are needed, here or on the way back",
              "ACL SETUSER " + user + " " + String.join(" ", missing)));
    }
  }

  private static long free(Server server, double most) {
    long free = 0;
    for (Server.Primary primary : server.primaries()) {
      Map<String, String> info = primary.node().info("memory");
      long limit = RedisSignals.number(info, "maxmemory");
      if (limit == 0) {
        return Long.MAX_VALUE;
      }
      free += Math.round(limit * most) - RedisSignals.number(info, "used_memory");
    }
    return free;
  }
}
