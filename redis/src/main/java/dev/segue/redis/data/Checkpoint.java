package dev.segue.redis.data;

import dev.segue.change.Backfill;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How far a walk over the keys came: a hash in Redis itself, written after each batch. A place in
/// it means something only to the same processes: a cursor of SCAN does not survive their restart.
///
/// @param run that walks
/// @param keep where the old values are
/// @param pass counts from 1
/// @param signature of the servers at the beginning of the pass
/// @param part how many scans of this pass are behind; one for each server and pattern
/// @param cursor within the part
/// @param before what was counted in earlier passes
/// @param now what was counted in this one
/// @param phase what it is at, for walks that have several
record Checkpoint(
    String run,
    Backfill.Keep keep,
    int pass,
    String signature,
    int part,
    String cursor,
    Tally before,
    Tally now,
    String phase) {

  static final String START = "0";
  static final String WALKING = "walking";
  static final String FINISHED = "finished";

  static Checkpoint begin(String run, Backfill.Keep keep) {
    return new Checkpoint(run, keep, 1, "", 0, START, Tally.NONE, Tally.NONE, WALKING);
  }

  /// That of a run; that of another tells nothing about this one.
  static Optional<Checkpoint> of(Server server, String key, String run) {
    return any(server, key).filter(found -> found.run().equals(run));
  }

  static Optional<Checkpoint> any(Server server, String key) {
    Map<String, String> fields = new HashMap<>();
    List<Answer> answer = server.one(Call.at(key, "HGETALL")).parts();
    for (int i = 0; i < answer.size(); i += 2) {
      fields.put(answer.get(i).words(), answer.get(i + 1).words());
    }
    return fields.isEmpty() ? Optional.empty() : Optional.of(read(fields));
  }

  private static Checkpoint read(Map<String, String> fields) {
    return new Checkpoint(
        fields.getOrDefault("run", ""),
        Backfill.Keep.valueOf(fields.getOrDefault("keep", Backfill.Keep.ASIDE.name())),
        Integer.parseInt(fields.getOrDefault("pass", "1")),
        fields.getOrDefault("run_id", ""),
        Integer.parseInt(fields.getOrDefault("part", "0")),
        fields.getOrDefault("cursor", START),
        Tally.read(fields, "before"),
        Tally.read(fields, "now"),
        fields.getOrDefault("phase", WALKING));
  }

  Call written(String key) {
    return Call.at(key, "HSET", fields().toArray(String[]::new));
  }

  /// Names and values by turns.
  List<String> fields() {
    return List.of(
        "run",
        Raw.of(run),
        "keep",
        keep.name(),
        "pass",
        Integer.toString(pass),
        "run_id",
        signature,
        "part",
        Integer.toString(part),
        "cursor",
        cursor,
        "before",
        before.written(),
        "now",
        now.written(),
        "phase",
        phase);
  }

  boolean finished() {
    return phase.equals(FINISHED);
  }

  Tally total() {
    return before.seen() == 0 ? before.plus(now) : before.again(now);
  }

  /// At the same place, if the servers are the same; else at the beginning of the pass.
  Checkpoint on(String servers) {
    return servers.equals(signature)
        ? this
        : new Checkpoint(
            run,
            keep,
            pass,
            servers,
            0,
            START,
            before.plus(Tally.NONE.took(now.worked(), now.throttled())),
            Tally.NONE,
            phase);
  }

  Checkpoint at(int nextPart, String nextCursor, Tally counted) {
    return new Checkpoint(
        run, keep, pass, signature, nextPart, nextCursor, before, now.plus(counted), phase);
  }

  Checkpoint nextPass() {
    return new Checkpoint(run, keep, pass + 1, signature, 0, START, total(), Tally.NONE, phase);
  }

  Checkpoint in(String nextPhase) {
    return new Checkpoint(run, keep, pass, signature, 0, START, total(), Tally.NONE, nextPhase);
  }

  Checkpoint ended() {
    return new Checkpoint(run, keep, pass, signature, part, cursor, before, now, FINISHED);
  }
}
