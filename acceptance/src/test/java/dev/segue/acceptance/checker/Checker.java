package dev.segue.acceptance.checker;

import dev.segue.acceptance.checker.Application.Person;
import dev.segue.acceptance.checker.Operation.Read;
import dev.segue.acceptance.checker.Operation.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Several writers and readers, and a memory of all they did.
///
/// Writers go through the router. They change some persons again and again, several of them the
/// same person at once, and add new ones. Readers ask the router and, where they stand, both
/// versions themselves, so also the one that did not take the write.
///
/// By hand, against `segue up` or a run of the example: `java -cp
/// acceptance/target/test-classes:cli/target/lib/* dev.segue.acceptance.checker.Checker
/// http://127.0.0.1:8080/ http://127.0.0.1:8001/ http://127.0.0.1:8002/ 60`
public final class Checker implements AutoCloseable {

  private static final int WRITERS = 4;
  private static final int READERS = 4;
  private static final Duration WRITER_REST = Duration.ofMillis(50);
  private static final Duration READER_REST = Duration.ofMillis(25);
  private static final String ADDED = "added ";
  private static final int AT_ONCE = 2_000;

  /// Persons that are changed; others who use the application leave them alone.
  private static final int CHANGED = 12;

  /// Members there are at least.
  private static final int MEMBERS = 8;

  /// A request through the router that was not answered well.
  public record Failure(Instant begun, Instant ended, String what, String why) {}

  /// @param acknowledged writes
  /// @param doubtful writes without a good answer
  /// @param across reads through a version, of a write that the other version took
  /// @param last of the reads, those when nobody wrote any more
  public record Findings(
      long acknowledged,
      long doubtful,
      Map<String, Long> reads,
      long across,
      long last,
      List<Failure> failures,
      List<String> violations) {

    @Override
    public String toString() {
      return "%d writes acknowledged, %d in doubt; reads %s, %d across versions, %d at the end; %d requests failed; violations: %s"
          .formatted(
              acknowledged,
              doubtful,
              reads,
              across,
              last,
              failures.size(),
              violations.isEmpty() ? "none" : violations);
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Application router;
  private final List<Application> versions;
  private final List<Person> people = new ArrayList<>();
  private final List<Thread> clients = new ArrayList<>();
  private final long zero = System.nanoTime();

  /// Tells this checker's writes from anybody else's.
  private final long mark = UUID.randomUUID().getMostSignificantBits();

  private final AtomicLong lastValue = new AtomicLong();

  /// Every write, noted before it is sent.
  private final ConcurrentLinkedQueue<Write> begun = new ConcurrentLinkedQueue<>();

  /// Acknowledged writes, and answers to reads.
  private final ConcurrentLinkedQueue<Operation> answered = new ConcurrentLinkedQueue<>();

  private final ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final ConcurrentHashMap<Long, String> takenBy = new ConcurrentHashMap<>();
  private final List<Person> added = new ArrayList<>();
  private final AtomicLong across = new AtomicLong();
  private volatile boolean stopping;

  private Checker(URI router, List<URI> versions) {
    this.router = new Application(http, "router", router);
    this.versions =
        versions.stream().map(v -> new Application(http, "port " + v.getPort(), v)).toList();
  }

  /// Begins.
  ///
  /// @param from the first person that nobody else changes; the next ones are taken as well
  /// @param versions asked whenever they answer
  public static Checker start(URI router, long from, URI... versions) {
    Checker checker = new Checker(router, List.of(versions));
    try {
      for (long id = from; id < from + CHANGED; id++) {
        checker.people.add(checker.router.person(id));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    for (int i = 0; i < WRITERS; i++) {
      checker.client("writer", i, checker::write, WRITER_REST);
    }
    for (int i = 0; i < READERS; i++) {
      checker.client("reader", i, checker::read, READER_REST);
    }
    return checker;
  }

  private interface Work {
    void with(Random random) throws InterruptedException;
  }

  private void client(String name, int number, Work work, Duration rest) {
    Random random = new Random(number);
    clients.add(
        Thread.ofPlatform()
            .daemon()
            .name("checker-" + name + "-" + number)
            .start(() -> {
              try {
                while (!stopping) {
                  work.with(random);
                  LockSupport.parkNanos(rest.toNanos());
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
  }

  private void write(Random random) throws InterruptedException {
    long value = lastValue.incrementAndGet();
    long member = member(value);
    boolean adds = random.nextInt(4) == 0;
    Person person = people.get(random.nextInt(people.size()));
    String key = adds ? ADDED + value : key(person.id());
    Write write = new Write(key, value, now(), Operation.NEVER);
    begun.add(write);
    try {
      if (adds) {
        Person made = router.add(new UUID(mark, value), member);
        takenBy.put(value, made.version());
        acknowledged(write);
        synchronized (added) {
          added.add(made);
        }
      } else {
        takenBy.put(value, router.change(person.id(), new UUID(mark, value), member));
        acknowledged(write);
      }
    } catch (IOException e) {
      failed("write of " + key, write.begun(), e);
    }
  }

  private void acknowledged(Write write) {
    answered.add(new Write(write.key(), write.value(), write.begun(), now()));
  }

  private void read(Random random) throws InterruptedException {
    int through = random.nextInt(versions.size() + 1);
    Application asked = through == 0 ? router : versions.get(through - 1);
    Person person = someone(random);
    long begun = now();
    try {
      answered.add(read(asked, person, begun, false));
    } catch (IOException e) {
      // A version need not stand; the router must.
      if (asked.equals(router)) {
        failed("read of " + key(person.id()), begun, e);
      }
    }
  }

  private Person someone(Random random) {
    synchronized (added) {
      boolean fresh = !added.isEmpty() && random.nextInt(4) == 0;
      // Of those added, more often a recent one.
      return fresh
          ? added.get(Math.max(0, added.size() - 1 - random.nextInt(50)))
          : people.get(random.nextInt(people.size()));
    }
  }

  private Read read(Application asked, Person person, long begun, boolean last)
      throws IOException, InterruptedException {
    Person found = asked.person(person.id());
    long value = value(person, found);
    String taker = takenBy.get(value);
    if (!asked.equals(router) && taker != null && !taker.equals(found.version())) {
      across.incrementAndGet();
    }
    return new Read(keyOf(person), value, begun, now(), asked.name(), last);
  }

  private String keyOf(Person person) {
    return person.writeId().getMostSignificantBits() == mark
        ? ADDED + person.writeId().getLeastSignificantBits()
        : key(person.id());
  }

  private static String key(long person) {
    return "person " + person;
  }

  /// A write is seen whole or not at all: its id without its member is nobody's.
  private long value(Person before, Person found) {
    UUID id = found.writeId();
    if (id.getMostSignificantBits() == mark) {
      long value = id.getLeastSignificantBits();
      return found.member() == member(value) ? value : -value;
    }
    boolean untouched = id.equals(before.writeId()) && found.member() == before.member();
    return untouched ? Operation.INITIAL : Long.MIN_VALUE;
  }

  private static long member(long value) {
    return 1 + value % MEMBERS;
  }

  private void failed(String what, long begun, IOException why) {
    Instant ended = Instant.now();
    failures.add(new Failure(ended.minusNanos(now() - begun), ended, what, why.toString()));
  }

  private long now() {
    return System.nanoTime() - zero;
  }

  /// What contradicts what up to now; can be asked at any time.
  public List<String> violations() {
    return Registers.judge(history()).stream().map(Violation::toString).toList();
  }

  private List<Operation> history() {
    // Answers first: whatever one of them shows was begun before.
    List<Operation> all = new ArrayList<>(answered);
    Set<Long> acknowledged = new HashSet<>();
    for (Operation operation : all) {
      if (operation instanceof Write write) {
        acknowledged.add(write.value());
      }
    }
    begun.stream().filter(w -> !acknowledged.contains(w.value())).forEach(all::add);
    return all;
  }

  /// Ends writers and readers and asks these versions, and the router, for every write.
  ///
  /// @throws UncheckedIOException when one of them does not answer
  public Findings finish(URI... standing) {
    stop();
    List<Application> asked = new ArrayList<>(List.of(router));
    List<URI> still = List.of(standing);
    versions.stream().filter(v -> still.contains(v.base())).forEach(asked::add);
    try {
      for (Application application : asked) {
        for (Person person : people) {
          answered.add(read(application, person, now(), true));
        }
        askForAdded(application);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return findings();
  }

  private void askForAdded(Application application) throws IOException, InterruptedException {
    List<Write> writes = begun.stream().filter(w -> w.key().startsWith(ADDED)).toList();
    for (int from = 0; from < writes.size(); from += AT_ONCE) {
      List<Write> some = writes.subList(from, Math.min(writes.size(), from + AT_ONCE));
      long begun = now();
      Set<UUID> known =
          application.known(some.stream().map(w -> new UUID(mark, w.value())).toList());
      long ended = now();
      for (Write write : some) {
        long value =
            known.contains(new UUID(mark, write.value())) ? write.value() : Operation.INITIAL;
        answered.add(new Read(write.key(), value, begun, ended, application.name(), true));
      }
    }
  }

  private Findings findings() {
    List<String> violations = violations();
    Map<String, Long> reads = new TreeMap<>();
    long acknowledged = 0;
    long doubtful = 0;
    long last = 0;
    for (Operation operation : history()) {
      switch (operation) {
        case Write w when w.acknowledged() -> acknowledged++;
        case Write w -> doubtful++;
        case Read r -> {
          reads.merge(r.through(), 1L, Long::sum);
          last += r.last() ? 1 : 0;
        }
      }
    }
    return new Findings(
        acknowledged, doubtful, reads, across.get(), last, List.copyOf(failures), violations);
  }

  private void stop() {
    stopping = true;
    try {
      for (Thread client : clients) {
        client.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    http.close();
  }

  public static void main(String[] args) throws InterruptedException {
    if (args.length < 2) {
      System.err.println("usage: Checker ROUTER-URL [VERSION-URL …] SECONDS");
      System.exit(2);
    }
    URI[] versions = new URI[args.length - 2];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = URI.create(args[i + 1]);
    }
    try (Checker checker = start(URI.create(args[0]), 1, versions)) {
      Thread.sleep(Duration.ofSeconds(Long.parseLong(args[args.length - 1])));
      Findings findings = checker.finish();
      System.out.println(findings);
      if (!findings.violations().isEmpty()) {
        System.exit(1);
      }
    }
  }
}
