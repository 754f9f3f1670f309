package dev.segue.examples.shop;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.ConcurrentHistogram;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/// The shop's application while people use it: it writes dates of members and events, and keeps
/// what Redis has acknowledged. A key is written by one thread only, so that the last acknowledged
/// value is known.
public final class Writers implements AutoCloseable {

  /// In which form a version of the application says dates.
  public enum Form {
    OLD,
    NEW
  }

  private static final Pattern STARTS = Pattern.compile("\"starts\":\"?([^\",]*)\"?,");
  private static final Duration BETWEEN = Duration.ofMillis(2);

  /// One in so many keys is written.
  private static final int SPREAD = 20;

  private final URI redis;
  private final Shop shop;
  private final Map<String, Instant> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> doubtful = ConcurrentHashMap.newKeySet();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<Hand> hands = new ArrayList<>();
  private volatile ConcurrentHistogram micros = histogram();

  /// One thread that writes until it is told to stop.
  private final class Hand {

    private final Form form;
    private final int number;
    private final Thread thread;
    private volatile boolean stop;

    Hand(Form form, int number) {
      this.form = form;
      this.number = number;
      this.thread =
          Thread.ofPlatform().name("shop-" + form + "-" + number).daemon().start(this::go);
    }

    private void go() {
      Random random = new Random(number);
      Jedis jedis = new Jedis(redis);
      try {
        while (!stop) {
          // The two forms are written to keys of their own.
          int item = random.nextInt(shop.items() / SPREAD / 2) * SPREAD * 2 + number;
          Instant at = Instant.now().truncatedTo(ChronoUnit.MICROS);
          String key = key(item);
          try {
            long began = System.nanoTime();
            write(jedis, item, at);
            micros.recordValue(
                Math.max(1, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began)));
            acknowledged.put(key, at);
            doubtful.remove(key);
            writes.incrementAndGet();
          } catch (JedisException e) {
            doubtful.add(key);
            failed.incrementAndGet();
            jedis.close();
            jedis = new Jedis(redis);
          }
          LockSupport.parkNanos(BETWEEN.toNanos());
        }
      } finally {
        jedis.close();
      }
    }

    private void write(Jedis jedis, int item, Instant at) {
      String date = form == Form.OLD ? Dates.oldForm(at) : Dates.newForm(at);
      if (item < shop.members()) {
        jedis.hset(key(item), "last_seen", date);
      } else {
        int event = item - shop.members();
        // As applications that keep documents do: the whole, with what it was meant to live.
        jedis.set(
            key(item),
            shop.document(event, Shop.json(date), "null"),
            SetParams.setParams().keepTtl());
      }
    }

    void stop() {
      stop = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public Writers(URI redis, Shop shop) {
    this.redis = redis;
    this.shop = shop;
  }

  private static ConcurrentHistogram histogram() {
    ConcurrentHistogram fresh = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
    fresh.setAutoResize(true);
    return fresh;
  }

  private String key(int item) {
    return item < shop.members() ? shop.memberKey(item) : shop.eventKey(item - shop.members());
  }

  /// A version of the application comes up.
  public void start(Form form) {
    int odd = form == Form.OLD ? 0 : SPREAD;
    hands.add(new Hand(form, odd + 1));
    hands.add(new Hand(form, odd + 2));
  }

  /// A version of the application is stopped; it answers what it has begun.
  public void stop(Form form) {
    List<Hand> stopped = hands.stream().filter(h -> h.form == form).toList();
    stopped.forEach(Hand::stop);
    hands.removeAll(stopped);
  }

  /// The 99th percentile since the last call, in milliseconds.
  public double p99() {
    ConcurrentHistogram until = micros;
    micros = histogram();
    return until.getValueAtPercentile(99) / 1000.0;
  }

  public long writes() {
    return writes.get();
  }

  public long failed() {
    return failed.get();
  }

  /// Keys that were written, with or without an answer.
  public Set<String> touched() {
    Set<String> all = new HashSet<>(acknowledged.keySet());
    all.addAll(doubtful);
    return all;
  }

  /// Acknowledged writes that are not there, in whatever form; asked when nobody writes.
  public long lost(Jedis jedis) {
    return acknowledged.entrySet().stream()
        .filter(e -> !doubtful.contains(e.getKey()))
        .filter(e -> !e.getValue().equals(Dates.read(written(jedis, e.getKey()))))
        .count();
  }

  /// Written values that are in this form now; asked when nobody writes.
  public long in(Form form, Jedis jedis) {
    return acknowledged.keySet().stream()
        .filter(key -> Dates.inNewForm(written(jedis, key)) == (form == Form.NEW))
        .count();
  }

  private static String written(Jedis jedis, String key) {
    if (key.startsWith(Shop.MEMBER)) {
      return String.valueOf(jedis.hget(key, "last_seen"));
    }
    Matcher starts = STARTS.matcher(String.valueOf(jedis.get(key)));
    return starts.find() ? starts.group(1) : "none";
  }

  @Override
  public void close() {
    List.copyOf(hands).forEach(Hand::stop);
    hands.clear();
  }
}
