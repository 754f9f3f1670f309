package dev.segue.cli;

import dev.segue.cli.Narration.Line;
import dev.segue.cli.Narration.Tone;
import dev.segue.examples.shop.Contents;
import dev.segue.examples.shop.Shop;
import dev.segue.examples.shop.Writers;
import dev.segue.examples.shop.Writers.Form;
import dev.segue.testkit.EmbeddedRedis;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/// The demo with data instead of a schema: a Redis full of dates in every form, an application that
/// writes them in its old and its new version; the dates converted under it, taken back to the
/// byte, and converted again for good. Its acts are Segue's own commands, as a person types them.
final class DatetimeDemo implements AutoCloseable {

  private static final Duration BEFORE = Duration.ofSeconds(2);
  private static final Duration BOTH = Duration.ofSeconds(3);
  private static final Set<Integer> DONE = Set.of(0);

  /// What the old version wrote since is in its form until it is caught.
  private static final Set<Integer> AS_WRITTEN = Set.of(0, 1);

  private final Terminal people;
  private final Path file;
  private final Path place;
  private final Shop shop;
  private final EmbeddedRedis redis;
  private final Jedis jedis;
  private final Writers writers;

  /// @param json people's text goes to the other stream
  DatetimeDemo(Terminal terminal, boolean json, Path example, Path place, int items) {
    this.file = example.resolve("change.yaml");
    this.place = place;
    this.shop = Shop.of(items);
    this.redis = EmbeddedRedis.open();
    this.jedis = redis.connect();
    this.writers = new Writers(URI.create(redis.url()), shop);
    Map<String, String> environment = new LinkedHashMap<>(terminal.environment());
    environment.put("REDIS_URL", redis.url());
    this.people =
        new Terminal(
            json ? terminal.err() : terminal.out(),
            terminal.err(),
            environment,
            !json && terminal.live());
  }

  DatetimeFigures play() {
    say("This machine, a real Redis, windows shortened to seconds. Logs in " + place);
    say(String.format(Locale.ROOT, "filling it with %,d members and events …", shop.items()));
    shop.fill(jedis);
    Contents before = Contents.of(jedis);
    title("1  What there is");
    boolean looked = segue(DONE, "stats");
    return new DatetimeFigures(
        SegueCommand.Version.text(), shop.items(), looked, there(), back(before), forGood(), place);
  }

  private DatetimeFigures.There there() {
    title("2  Converted, while the old version writes; then the new one comes up beside it");
    say(
        "at full pace, which users notice (p99); where change.yaml names no pace, it works a"
            + " twentieth of the time");
    writers.start(Form.OLD);
    LockSupport.parkNanos(BEFORE.toNanos());
    double before = writers.p99();
    long began = System.nanoTime();
    boolean done = segue(DONE, "run");
    double seconds = seconds(began);
    double during = writers.p99();
    writers.start(Form.NEW);
    LockSupport.parkNanos(BOTH.toNanos());
    writers.close();
    boolean compared =
        segue(AS_WRITTEN, "verify", "--check-data", "--allow-written", "--confidence", "99%");
    return new DatetimeFigures.There(
        done && compared,
        seconds,
        writers.writes(),
        writers.failed(),
        writers.lost(jedis),
        before,
        during);
  }

  private DatetimeFigures.Back back(Contents before) {
    title("3  Taken back, while the old version writes");
    writers.start(Form.OLD);
    long began = System.nanoTime();
    boolean done = segue(DONE, "rollback", "--reason", "to show the way back");
    double seconds = seconds(began);
    writers.close();
    Contents after = Contents.of(jedis);
    return new DatetimeFigures.Back(
        done,
        seconds,
        after.differences(before, writers.touched()),
        writers.lost(jedis),
        writers.in(Form.NEW, jedis));
  }

  private DatetimeFigures.ForGood forGood() {
    title("4  Again, while both write, and for good: the old version is stopped, old values go");
    writers.start(Form.OLD);
    writers.start(Form.NEW);
    boolean done = segue(DONE, "run");
    writers.stop(Form.OLD);
    boolean finished =
        command(DONE, List.of("finish"), "--force", "--reason", "the old version is stopped");
    writers.close();
    boolean verified = segue(DONE, "verify");
    return new DatetimeFigures.ForGood(
        done && finished && verified,
        writers.writes(),
        writers.failed(),
        writers.lost(jedis),
        writers.in(Form.OLD, jedis),
        jedis.keys("segue:*").size());
  }

  private boolean segue(Set<Integer> good, String verb, String... more) {
    return command(good, List.of("backfill", verb), more);
  }

  /// As a person types it, but for where its state goes.
  private boolean command(Set<Integer> good, List<String> verbs, String... more) {
    List<String> arguments = new ArrayList<>(verbs);
    arguments.add(file.toString());
    arguments.addAll(List.of(more));
    say("$ segue " + String.join(" ", arguments));
    arguments.addAll(List.of("--state", place.toString()));
    return good.contains(new SegueCommand(people).execute(arguments.toArray(String[]::new)));
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private void say(String text) {
    line(new Line(Tone.QUIET, "·", text));
  }

  private void title(String text) {
    people.out().println();
    line(new Line(Tone.PLAIN, "━━", text));
  }

  private void line(Line line) {
    try (Screen screen = new Screen(people)) {
      screen.line(line);
    }
  }

  @Override
  public void close() {
    writers.close();
    jedis.close();
    redis.close();
  }
}
