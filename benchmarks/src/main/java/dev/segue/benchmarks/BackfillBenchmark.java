package dev.segue.benchmarks;

import dev.segue.change.Backfill.Keep;
import dev.segue.change.BatchTime;
import dev.segue.change.Durations;
import dev.segue.change.PostgresBackfill;
import dev.segue.conductor.Facts;
import dev.segue.testkit.EmbeddedServer;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Copying a column of a million rows: how fast against one UPDATE and against the common loop, and
/// what users notice. Everything in one run, by turns, several times; medians, as ratios.
public final class BackfillBenchmark {

  private static final PrintStream OUT = System.out;
  private static final String IDLE = "idle";

  private final Accounts accounts;
  private final Options options;

  /// @param seconds how long each of the paces is held against rest, a round
  /// @param perSecond requests of the foreground
  /// @param paces that users are measured beside: `default`, `full`, `25%/50ms`
  /// @param contestants parts of the names of those whose speed is measured, besides one UPDATE; a
  ///   blank is a part of every name
  record Options(
      int rows,
      int keys,
      int rounds,
      int seconds,
      int perSecond,
      List<String> paces,
      String only,
      List<String> contestants) {

    static Options of(List<String> arguments) {
      return new Options(
          number(arguments, "--rows", 1_000_000),
          number(arguments, "--keys", 1_000_000),
          number(arguments, "--rounds", 3),
          number(arguments, "--seconds", 20),
          number(arguments, "--per-second", 400),
          List.of(text(arguments, "--paces", "default,full").split(",", -1)),
          text(arguments, "--only", "all"),
          List.of(text(arguments, "--contestants", "").split(",", -1)));
    }

    private static int number(List<String> arguments, String name, int otherwise) {
      return Integer.parseInt(text(arguments, name, Integer.toString(otherwise)));
    }

    private static String text(List<String> arguments, String name, String otherwise) {
      int at = arguments.indexOf(name);
      return at < 0 ? otherwise : arguments.get(at + 1);
    }
  }

  private BackfillBenchmark(Accounts accounts, Options options) {
    this.accounts = accounts;
    this.options = options;
  }

  public static void main(String[] arguments) throws SQLException {
    Locale.setDefault(Locale.ROOT);
    Options options = Options.of(Arrays.asList(arguments));
    if (options.only().startsWith("redis")) {
      RedisBenchmark.run(options);
      return;
    }
    EmbeddedServer.Options server =
        EmbeddedServer.Options.defaults()
            .durable()
            .with("shared_buffers", "1GB")
            .with("max_wal_size", "8GB")
            .with("checkpoint_timeout", "30min");
    try (EmbeddedServer running = EmbeddedServer.open(server)) {
      Accounts accounts = new Accounts(running, options.rows());
      accounts.prepare();
      BackfillBenchmark benchmark = new BackfillBenchmark(accounts, options);
      if (!options.only().equals("users")) {
        benchmark.speed();
      }
      if (!options.only().equals("speed")) {
        benchmark.users();
      }
    }
  }

  private interface Work {
    void run() throws SQLException;
  }

  private record Contestant(String name, boolean trigger, Work work) {}

  private void speed() throws SQLException {
    List<Contestant> all =
        List.of(
            new Contestant("one UPDATE", false, () -> accounts.execute(Accounts.UPDATE)),
            new Contestant(
                "one UPDATE, trigger in place", true, () -> accounts.execute(Accounts.UPDATE)),
            new Contestant("Segue, full pace, trigger in place", true, this::segue),
            new Contestant(
                "loop of 1,000, trigger in place", true, () -> accounts.keysetLoop(1000)),
            new Contestant("loop of 1,000", false, () -> accounts.keysetLoop(1000)),
            declared("declared, nothing kept", Keep.BACKUP, 1),
            declared("declared, nothing kept, two workers", Keep.BACKUP, 2),
            declared("declared, kept beside", Keep.BESIDE, 1),
            declared("declared, kept beside, two workers", Keep.BESIDE, 2),
            declared("declared, kept aside", Keep.ASIDE, 1),
            declared("declared, kept aside, two workers", Keep.ASIDE, 2));
    List<Contestant> contestants =
        all.stream()
            .filter(c ->
                c.name().equals("one UPDATE")
                    || options.contestants().stream().anyMatch(c.name()::contains))
            .toList();
    Cpu cpu = accounts.cpu();
    Map<String, List<Double>> perSecond = new LinkedHashMap<>();
    Map<String, List<Double>> busy = new LinkedHashMap<>();
    // The first round warms up.
    for (int round = 0; round <= options.rounds(); round++) {
      for (Contestant contestant : contestants) {
        accounts.anew(contestant.trigger());
        double busyBefore = cpu.seconds();
        long began = System.nanoTime();
        contestant.work().run();
        double rate = options.rows() / ((System.nanoTime() - began) / 1e9);
        double busyFor = cpu.seconds() - busyBefore;
        if (accounts.left() > 0) {
          throw new IllegalStateException(contestant.name() + " left rows behind");
        }
        if (round > 0) {
          perSecond.computeIfAbsent(contestant.name(), n -> new ArrayList<>()).add(rate);
          busy.computeIfAbsent(contestant.name(), n -> new ArrayList<>()).add(busyFor);
        }
      }
    }
    double one = median(perSecond.getOrDefault("one UPDATE", List.of()));
    OUT.printf("%,d rows, median of %d rounds by turns%n", options.rows(), options.rounds());
    double oneBusy = median(busy.getOrDefault("one UPDATE", List.of()));
    OUT.printf(
        "| | rows/s | against one UPDATE | each round | processor time against one UPDATE |%n");
    OUT.printf("| --- | --- | --- | --- | --- |%n");
    perSecond.forEach((name, rates) ->
        OUT.printf(
            "| %s | %,.0f | %.2f | %s | %.2f |%n",
            name,
            median(rates),
            median(rates) / one,
            ratios(rates, perSecond),
            median(busy.getOrDefault(name, List.of())) / oneBusy));
  }

  private Contestant declared(String name, Keep keep, int workers) {
    return new Contestant(
        name,
        false,
        () -> {
          Facts facts = accounts.declared(keep, workers).apply(new RunContext());
          OUT.printf("  %s: %s%n", name, facts.values());
        });
  }

  private static String ratios(List<Double> rates, Map<String, List<Double>> all) {
    List<Double> ones = all.getOrDefault("one UPDATE", List.of());
    List<String> each = new ArrayList<>();
    for (int i = 0; i < rates.size(); i++) {
      each.add(String.format("%.2f", rates.get(i) / ones.get(i)));
    }
    return String.join(" ", each);
  }

  private void segue() {
    Facts facts = accounts.backfill(pace("full")).apply(new RunContext());
    OUT.printf("  Segue: %s%n", facts.values());
  }

  private void users() throws SQLException {
    Map<String, List<double[]>> figures = new LinkedHashMap<>();
    for (int round = 0; round < options.rounds(); round++) {
      for (String pace : options.paces()) {
        against(pace + " pace", pace(pace), figures);
      }
      oneUpdate(figures);
    }
    OUT.printf(
        "%nforeground of %d requests/s, half UPDATE half SELECT by key, %d rounds of %d s%n",
        options.perSecond(), options.rounds(), options.seconds());
    OUT.printf("| | p50 | p99 | max | p99 idle | p99 growth, each round | median |%n");
    OUT.printf("| --- | --- | --- | --- | --- | --- | --- |%n");
    figures.forEach((name, rounds) ->
        OUT.printf(
            "| %s | %.2f ms | %.2f ms | %.0f ms | %.2f ms | %s | %+.0f %% |%n",
            name,
            median(rounds, 0),
            median(rounds, 1),
            median(rounds, 2),
            median(rounds, 3),
            growths(rounds),
            100 * (median(rounds.stream().map(r -> r[1] / r[3]).toList()) - 1)));
  }

  private static String growths(List<double[]> rounds) {
    return String.join(
        " ", rounds.stream().map(r -> String.format("%+.0f %%", 100 * (r[1] / r[3] - 1))).toList());
  }

  /// As a change file has it, with the time of a batch behind it where it is not the usual one.
  private static PostgresBackfill pace(String text) {
    PostgresBackfill usual = PostgresBackfill.DEFAULT;
    String[] parts = text.split("/", 2);
    double share =
        switch (parts[0]) {
          case "default" -> usual.share();
          case "full" -> 1;
          default -> Double.parseDouble(parts[0].replace("%", "")) / 100;
        };
    BatchTime batch =
        parts.length == 1 ? usual.batchTime() : BatchTime.always(Durations.parse(parts[1]));
    return new PostgresBackfill(share, batch, usual.maxLag(), usual.maxWaiting());
  }

  /// The copying goes on and is held by turns of a second, so that what else the machine does falls
  /// on both alike.
  private void against(String name, PostgresBackfill pace, Map<String, List<double[]>> figures)
      throws SQLException {
    accounts.anew(true);
    RunContext context = new RunContext();
    context.hold(true);
    try (Foreground load = new Foreground(accounts, options.perSecond())) {
      Foreground.sleep(Duration.ofSeconds(3));
      CompletableFuture<Void> copying =
          Foreground.beside(() -> accounts.backfill(pace).apply(context));
      for (int turn = 0; turn < options.seconds() && !copying.isDone(); turn++) {
        boolean held = turn % 2 == 0;
        context.hold(held);
        // What is under way ends first.
        Foreground.sleep(Duration.ofMillis(200));
        load.phase(held ? IDLE : name);
        Foreground.sleep(Duration.ofMillis(800));
        load.phase("");
      }
      context.end();
      ended(copying);
      keep(name, load, figures);
    }
  }

  private void oneUpdate(Map<String, List<double[]>> figures) throws SQLException {
    accounts.anew(true);
    try (Foreground load = new Foreground(accounts, options.perSecond())) {
      Foreground.sleep(Duration.ofSeconds(3));
      load.phase(IDLE);
      Foreground.sleep(Duration.ofSeconds(options.seconds() / 2));
      load.phase("one UPDATE");
      accounts.execute(Accounts.UPDATE);
      load.phase("");
      keep("one UPDATE", load, figures);
    }
  }

  static void ended(CompletableFuture<Void> copying) {
    try {
      copying.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (!(e.getCause() instanceof RunContext.Ended)) {
        throw e;
      }
    }
  }

  private static void keep(String name, Foreground load, Map<String, List<double[]>> figures) {
    double[] figure = {
      load.millis(name, 50), load.millis(name, 99), load.millis(name, 100), load.millis(IDLE, 99)
    };
    OUT.printf(
        "  %s: p50 %.2f, p99 %.2f, max %.1f ms, %,d requests; idle p50 %.2f, p99 %.2f, max %.1f ms%n",
        name,
        figure[0],
        figure[1],
        figure[2],
        load.of(name).getTotalCount(),
        load.millis(IDLE, 50),
        figure[3],
        load.millis(IDLE, 100));
    figures.computeIfAbsent(name, n -> new ArrayList<>()).add(figure);
  }

  private static double median(List<double[]> rounds, int figure) {
    return median(rounds.stream().map(r -> r[figure]).toList());
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
