package dev.segue.report;

import dev.segue.conductor.Finding;
import dev.segue.report.Report.Breach;
import dev.segue.report.Report.Ending;
import dev.segue.report.Report.Entry;
import dev.segue.report.Report.Figure;
import dev.segue.report.Report.Lock;
import dev.segue.report.Report.Result;
import dev.segue.report.Report.Run;
import dev.segue.report.Report.Sample;
import dev.segue.report.Report.Step;
import dev.segue.report.Report.Watch;
import dev.segue.report.Report.WayBack;
import dev.segue.report.Report.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Reports to try the documents on.
final class Reports {

  static final Instant START = Instant.parse("2026-02-03T02:00:00Z");

  private Reports() {}

  /// A change that went well: small enough to compare a whole document with.
  static Report small() {
    return new Report(
        run("rename-member-column", Result.DONE, "Served by the new version since 02:00:09", 95),
        List.of(
            Finding.passed("health", "status is 'healthy', errors 0 of at most 5"),
            Finding.warning(
                "last change", "34 h ago, wished for are 48 h", "Wait until 2026-02-03 16:00 UTC")),
        List.of(
            step("backup", "Back up unified_db_personlink", 1, 4_200, Map.of("bytes", 1_234_567L)),
            step("expand-unified_db_personlink", "Give both names to the column", 6, 12, Map.of())),
        List.of(new Lock("expand-unified_db_personlink", 11.83, 2)),
        new Watch(
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            List.of("health.errors > 10", "a || b for 60s"),
            List.of(),
            "pass",
            List.of(
                new Window(
                    "automatic", START, START.plusSeconds(300), "Segue goes back by itself"))),
        List.of(
            new Sample(START.plusSeconds(1), 200, 0, 21.5),
            new Sample(START.plusSeconds(2), 1_200, 0, null)),
        ordered("kind", "snapshot", "restored", true, "tables", List.of("a", "b")),
        null,
        List.of(
            new Figure("Requests failed", "0", "0", true),
            new Figure("Longest lock", "12 ms", "under 500 ms", true),
            new Figure("Requests", "1,400", null, null)),
        List.of(
            new Entry(1, START, "planned", "2 steps", "9f2c6a0d41b7e8c35510"),
            new Entry(2, START.plusSeconds(1), "step-started", "backup", "04bb1e")),
        List.of("Run `segue finish rename-member-column` from 2026-02-04 02:01 UTC on"));
  }

  /// A change that was taken back by a rule, with all there is to show.
  static Report takenBack() {
    List<Step> steps = steps();
    return new Report(
        run(
            "rename-member-column",
            Result.TAKEN_BACK,
            "A rule broke 41 s after the switch; the old version serves again and no write was lost",
            102),
        List.of(
            Finding.passed(
                "health", "status is 'healthy', errors 0 of at most 5, answered in 14 ms"),
            Finding.passed("window", "02:00 is inside 02:00-04:00 Asia/Manila"),
            Finding.passed(
                "rehearsal", "14 statements, each prepared against 3 states of the change"),
            Finding.warning(
                "backup directory",
                "4.1 GB free; the last backup took 1.9 GB",
                "Delete old backups or point `backup.postgres.to` elsewhere")),
        steps,
        List.of(
            new Lock("expand-unified_db_personlink", 11.8, 2),
            new Lock("expand-constituents_bmparliamentmember", 3.2, 1)),
        new Watch(
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            List.of(
                "health.errors > 10", "health.status != 'healthy' for 60s", "http.p95 > 2s for 1m"),
            List.of(
                new Breach(
                    "health.errors > 10",
                    START.plusSeconds(93),
                    START.plusSeconds(93),
                    "health.errors = 14")),
            "fail",
            List.of(
                new Window(
                    "automatic", at(52), at(352), "Segue goes back by itself when a rule breaks"),
                new Window("by hand", at(352), at(1_852), "segue rollback, nothing is lost"),
                new Window("forward only", at(1_852), null, "segue rollback --force"))),
        samples(),
        ordered(
            "kind",
            "snapshot",
            "path",
            "backups/20260203T020003Z-rename-member-column",
            "bytes",
            1_904_331L,
            "rows",
            100_000L,
            "taken_ms",
            812L,
            "restored_to",
            "segue_scratch_7f3a",
            "restored_ms",
            1_390L,
            "compared",
            "equal"),
        new WayBack(
            "health.errors > 10 was broken (health.errors = 14)",
            "rule health.errors > 10",
            START.plusMillis(93_120),
            START.plusMillis(93_840),
            List.of(
                step("switch", "Send traffic to the old version", 93, 240, Ending.DONE, Map.of()),
                step(
                    "mark",
                    "Write what the new version wrote",
                    94,
                    410,
                    Ending.DONE,
                    Map.of("rows", 812L, "csv", "runs/7f3a/personlink.csv")),
                step("start-new", "Stop the new version", 95, 2_110, Ending.DONE, Map.of()),
                step(
                    "expand-unified_db_personlink",
                    "Take the facade away",
                    98,
                    31,
                    Ending.DONE,
                    Map.of("lock_ms", 9.4)))),
        List.of(
            new Figure("Requests", "20,412", "at least 10,000", true),
            new Figure("Requests failed", "0", "0", true),
            new Figure("Answered badly by the new version", "61", null, null),
            new Figure("Writes lost", "0", "0", true),
            new Figure("Longest lock", "12 ms", "under 500 ms", true),
            new Figure("Breach to restored", "720 ms", "under 2 s", true),
            new Figure("p99 before", "18 ms", null, null),
            new Figure("p99 during", "132 ms", "under 100 ms", false)),
        journal(),
        List.of(
            "Nothing is urgent: the system is as before, and the old version serves",
            "Read `runs/7f3a/new.log`: the new version began to fail at 02:01:32",
            "When it is mended, run `segue run change.yaml` again; it begins a new run"));
  }

  /// Text from outside at every place, trying to become markup.
  static Report hostile(String evil) {
    Map<String, Object> facts = Map.of(evil, evil);
    Step step = new Step(evil, evil, START, START, Ending.FAILED, true, facts);
    return new Report(
        new Run(evil, evil, evil, Result.RUNNING, evil, START, null, evil, evil, evil),
        List.of(Finding.refused(evil, evil, evil), Finding.warning(evil, evil, null)),
        List.of(step, new Step(evil, evil, null, null, Ending.NOT_BEGUN, false, Map.of())),
        List.of(new Lock(evil, 1, 1)),
        new Watch(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            List.of(evil),
            List.of(new Breach(evil, START, START, evil)),
            evil,
            List.of(new Window(evil, START, null, evil))),
        List.of(new Sample(START, 1, 1, null), new Sample(START, 1, 1, 1.0)),
        facts,
        new WayBack(evil, evil, START, null, List.of(step)),
        List.of(new Figure(evil, evil, evil, false)),
        List.of(new Entry(1, START, evil, evil, evil)),
        List.of(evil));
  }

  /// A run that has just begun.
  static Report empty() {
    return new Report(
        new Run("c", "", "r", Result.RUNNING, "Begun", START, null, "w", "0.1.0", "file"),
        List.of(),
        List.of(),
        List.of(),
        null,
        List.of(),
        Map.of(),
        null,
        List.of(),
        List.of(),
        List.of());
  }

  private static List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    steps.add(step("gates", "Ask the gates", 0, 2_100, Ending.DONE, Map.of("asked", 4)));
    steps.add(
        step(
            "stand",
            "Put the router up, the old version behind it",
            2,
            900,
            Ending.DONE,
            ordered("listen", 8080, "old_port", 8001)));
    steps.add(
        step(
            "baseline",
            "Take figures from before",
            3,
            10_000,
            Ending.DONE,
            ordered("requests", 2_004L, "p95_ms", 12.4, "p99_ms", 18.1)));
    steps.add(
        step(
            "backup",
            "Back up 2 tables and restore them to a scratch database",
            13,
            3_420,
            Ending.DONE,
            ordered("bytes", 1_904_331L, "rows", 100_000L)));
    steps.add(
        step(
            "expand-unified_db_personlink",
            "Let unified_db_personlink answer to both names",
            17,
            64,
            Ending.TAKEN_BACK,
            ordered("lock_ms", 11.8, "attempts", 2)));
    steps.add(
        step(
            "expand-constituents_bmparliamentmember",
            "Let constituents_bmparliamentmember answer to both names",
            18,
            41,
            Ending.TAKEN_BACK,
            ordered("lock_ms", 3.2, "attempts", 1)));
    steps.add(
        step(
            "start-new",
            "Start the new version beside the old",
            18,
            32_000,
            Ending.TAKEN_BACK,
            ordered("pid", 40_112, "healthy_after_ms", 1_950L)));
    steps.add(
        step(
            "mark",
            "Record where the new version's writes begin",
            51,
            8,
            Ending.TAKEN_BACK,
            Map.of("xid", 81_220L)));
    steps.add(
        step(
            "switch",
            "Send traffic to the new version",
            52,
            140,
            Ending.TAKEN_BACK,
            Map.of("flip_ms", 0.7)));
    steps.add(
        step("drain", "Let the old version finish what it has", 52, 310, Ending.DONE, Map.of()));
    steps.add(
        new Step(
            "verify",
            "Ask 3 things of the new version",
            at(53),
            at(54),
            Ending.DONE,
            true,
            Map.of("passed", 3)));
    steps.add(
        step("watch", "Watch 3 rules for 5 min", 54, 39_100, Ending.FAILED, Map.of("samples", 39)));
    steps.add(
        new Step(
            "settle",
            "Disarm the dead man's switch",
            null,
            null,
            Ending.NOT_BEGUN,
            false,
            Map.of()));
    return steps;
  }

  private static List<Sample> samples() {
    Random random = new Random(3);
    List<Sample> samples = new ArrayList<>();
    for (int s = 1; s <= 102; s++) {
      boolean failing = s > 90 && s < 94;
      samples.add(
          new Sample(
              at(s),
              200 + random.nextInt(-6, 7),
              failing ? 20 + s - 90 : 0,
              s == 52 ? 96.0 : 11 + random.nextDouble() * 4 + (failing ? 60 : 0)));
    }
    return samples;
  }

  private static List<Entry> journal() {
    List<Entry> journal = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 1; i <= 46; i++) {
      journal.add(
          new Entry(
              i,
              at(2L * i),
              i % 2 == 0 ? "step-done" : "step-started",
              "step " + (i + 1) / 2,
              "%016x%016x%016x%016x"
                  .formatted(
                      random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong())));
    }
    return journal;
  }

  private static Run run(String change, Result result, String outcome, long seconds) {
    return new Run(
        change,
        "Person links say bm_parliament_member instead of fahanie_cares_member",
        "7f3a",
        result,
        outcome,
        START,
        START.plusSeconds(seconds),
        "ana@ops-2",
        "0.1.0",
        "members at 127.0.0.1:5432, schema segue");
  }

  private static Step step(
      String id, String title, long second, long millis, Map<String, Object> facts) {
    return step(id, title, second, millis, Ending.DONE, facts);
  }

  private static Step step(
      String id, String title, long second, long millis, Ending ending, Map<String, Object> facts) {
    return new Step(id, title, at(second), at(second).plusMillis(millis), ending, false, facts);
  }

  private static Instant at(long second) {
    return START.plusSeconds(second);
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> facts = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      facts.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
    }
    return facts;
  }
}
