package dev.segue.benchmarks;

import dev.segue.conductor.Facts;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import redis.clients.jedis.Jedis;

/// What memory Segue itself takes, in a process of its own with a small heap: as much for ten
/// million keys as for one.
public final class RedisMemory {

  private static final PrintStream OUT = System.out;
  private static final String HEAP = "-Xmx128m";
  private static final int FIRST = 1_000_000;

  private RedisMemory() {}

  static void measure(Members members, int keys) {
    int first = Math.min(FIRST, Math.max(1, keys / 10));
    OUT.printf("Segue with %s%n", HEAP);
    OUT.printf("| keys | keys/s | peak heap | heap after the last collection | peak RSS |%n");
    OUT.printf("| --- | --- | --- | --- | --- |%n");
    for (int number : List.of(first, keys)) {
      members.anew(0);
      try (Jedis jedis = members.connect()) {
        Members.add(jedis, 0, number);
      }
      run(members, number);
    }
  }

  private static void run(Members members, int keys) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-cp",
            System.getProperty("java.class.path"),
            RedisMemory.class.getName(),
            Integer.toString(members.port()),
            Integer.toString(keys));
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("The process with %s failed".formatted(HEAP));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The process with the small heap: the server's port, and how many keys it has.
  public static void main(String[] arguments) throws IOException {
    java.util.Locale.setDefault(java.util.Locale.ROOT);
    Members members = new Members(Integer.parseInt(arguments[0]));
    long keys = Long.parseLong(arguments[1]);
    long began = System.nanoTime();
    Facts facts = members.backfill("full").apply(new RunContext());
    double seconds = (System.nanoTime() - began) / 1e9;
    if (facts.number("items").orElse(0L) != keys) {
      throw new IllegalStateException("Not all were converted: " + facts.values());
    }
    OUT.printf(
        "| %,d | %,.0f | %d MB | %d MB | %d MB |%n",
        keys,
        keys / seconds,
        peak(false) >> 20,
        peak(true) >> 20,
        resident() >> 20);
  }

  /// @param collected only what outlived a collection
  private static long peak(boolean collected) {
    long sum = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        MemoryUsage usage = collected ? pool.getCollectionUsage() : pool.getPeakUsage();
        sum += usage == null ? 0 : usage.getUsed();
      }
    }
    return sum;
  }

  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        ? Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .sum()
        : 0;
  }
}
