package dev.segue.redis.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// How many dates a core converts in a second of its time: `-Dsegue.forms.speed=true`.
@EnabledIfSystemProperty(named = "segue.forms.speed", matches = "true")
class DatetimeSpeedTest {

  /// As many as a pipeline brings in a few batches: they are warm when they are converted.
  private static final int VALUES = 2_000;

  private static final int REPEATED = 100;
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

  @Test
  void converts() {
    DateTimeFormatter naive = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
    List<Stored> hashes = new ArrayList<>();
    List<Stored> local = new ArrayList<>();
    List<Stored> documents = new ArrayList<>();
    for (int i = 0; i < VALUES; i++) {
      var time = Instant.ofEpochSecond(1_500_000_000L + i * 997L, i * 4_321_000L % 1_000_000_000);
      String text = naive.format(time.atZone(ZoneId.of("UTC")));
      hashes.add(Asked.fields("a", text + "+00:00"));
      local.add(Asked.fields("a", text));
      documents.add(new Stored.Json("{\"pk\": \"1\", \"name\": \"x\", \"a\": \"" + text + "Z\"}"));
    }
    String change = "{ datetime-to-epoch: { fields: a, zone: Europe/Berlin } }";
    print("hash, with offset", Asked.hash(change), hashes);
    print("hash, naive in Europe/Berlin", Asked.hash(change), local);
    print("hash, done already", Asked.hash(change), done(Asked.hash(change), hashes));
    print("document", Asked.json(change), documents);
  }

  private static List<Stored> done(Conversion conversion, List<Stored> values) {
    return values.stream()
        .map(value -> ((Conversion.Converted) conversion.up(value)).now())
        .toList();
  }

  private static void print(String what, Conversion conversion, List<Stored> values) {
    long best = Long.MAX_VALUE;
    int failed = 0;
    for (int round = 0; round < 12; round++) {
      long start = THREAD.getCurrentThreadCpuTime();
      for (int i = 0; i < REPEATED; i++) {
        for (Stored value : values) {
          failed += conversion.up(value) instanceof Conversion.Failed ? 1 : 0;
        }
      }
      best = Math.min(best, THREAD.getCurrentThreadCpuTime() - start);
    }
    assertThat(failed).isZero();
    System.out.printf("%-30s %,12.0f values a second%n", what, REPEATED * VALUES * 1e9 / best);
  }
}
