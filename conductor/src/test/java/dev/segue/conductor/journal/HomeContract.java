package dev.segue.conductor.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.segue.change.SegueException;
import dev.segue.conductor.FencedException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every home must do.
abstract class HomeContract {

  static final String CHANGE = "rename-member-column";
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456789Z");

  private final List<Home> opened = new ArrayList<>();

  /// Runs whose journals a test spoils on purpose.
  final List<String> damaged = new ArrayList<>();

  /// Another door to the same home, as another process would open it.
  abstract Home openAnother();

  /// How [OtherConductor] finds this home.
  abstract List<String> address();

  /// Lets the lease lapse while its holder lives.
  abstract void lapse() throws Exception;

  /// Puts another record in the place of the one with its number, behind the home's back.
  abstract void replace(String run, Entry by) throws Exception;

  /// Changes a record's body behind the home's back.
  final void tamper(String run, int seq) throws Exception {
    damaged.add(run);
    Entry e = home().read(run).get(seq - 1);
    replace(
        run,
        new Entry(
            e.seq(),
            e.epoch(),
            e.at(),
            e.version(),
            e.kind(),
            "{\"i\":7}",
            e.previousHash(),
            e.hash()));
  }

  final Home home() {
    Home home = openAnother();
    opened.add(home);
    return home;
  }

  /// Where the homes were goes.
  void clear() throws Exception {}

  @AfterEach
  final void chainsAreWhole() throws Exception {
    if (!opened.isEmpty()) {
      Agreement.chains(home(), CHANGE, damaged);
    }
    opened.forEach(Home::close);
    clear();
  }

  static InstantSource clock() {
    return InstantSource.fixed(NOON);
  }

  @Test
  void keepsEveryRecordAsItWasWritten() {
    String body = "{ \"text\" : \"Größe 😀 \\u0000 \\\\ \\n\", \"n\":1.50, \"n\":2 }";
    try (Lease lease = home().take(CHANGE)) {
      String run = lease.begin();
      Entry first = lease.append(run, "run-started", "{}");
      Entry second = lease.append(run, "step-applied", body);

      assertThat(run).isEqualTo("rename-member-column-1");
      assertThat(home().read(run)).containsExactly(first, second);
      assertThat(first)
          .extracting(Entry::seq, Entry::epoch, Entry::at, Entry::previousHash)
          .containsExactly(
              1L, lease.epoch(), Instant.parse("2026-03-01T12:00:00.123456Z"), Chain.GENESIS);
      assertThat(second.body()).isEqualTo(body);
      assertThat(second.previousHash()).isEqualTo(first.hash());
    }
  }

  @Test
  void takesOnlyAnObjectOnOneLine() {
    try (Lease lease = home().take(CHANGE)) {
      String run = lease.begin();
      for (String body : List.of("[]", "{\n}", "{")) {
        assertThatIllegalArgumentException().isThrownBy(() -> lease.append(run, "kind", body));
      }
      assertThat(home().runs(CHANGE)).isEmpty();
    }
  }

  @Test
  void aRunIsThereFromItsFirstRecordOn() {
    Home home = home();
    try (Lease lease = home.take(CHANGE)) {
      assertThat(lease.begin()).isEqualTo(lease.begin());
      assertThat(home.runs(CHANGE)).isEmpty();

      for (int i = 1; i <= 11; i++) {
        lease.append(lease.begin(), "run-started", "{}");
      }
      assertThat(home.runs(CHANGE))
          .hasSize(11)
          .startsWith(CHANGE + "-1", CHANGE + "-2")
          .endsWith(CHANGE + "-10", CHANGE + "-11");
      assertThat(home.changes()).containsExactly(CHANGE);
      assertThat(home.runs("another")).isEmpty();
    }
  }

  @Test
  void knowsNoOtherRuns() {
    Home home = home();
    try (Lease lease = home.take(CHANGE)) {
      lease.append(lease.begin(), "run-started", "{}");
      assertThatCode("no-such-run", () -> home.read(CHANGE + "-2"));
      assertThatCode("no-such-run", () -> home.read("../../etc/passwd"));
      assertThatCode("no-such-run", () -> home.request(CHANGE + "-2", request("a")));
      assertThatCode("no-such-run", () -> lease.append(CHANGE + "-3", "kind", "{}"));
      assertThatCode("no-such-run", () -> lease.end(CHANGE + "-2", "DONE"));
    }
  }

  @Test
  void goesOnWhereAnEarlierConductorStopped() {
    Home home = home();
    Entry first;
    try (Lease lease = home.take(CHANGE)) {
      first = lease.append(lease.begin(), "run-started", "{}");
    }
    try (Lease lease = home().take(CHANGE)) {
      Entry second = lease.append(CHANGE + "-1", "conductor-changed", "{}");
      assertThat(second.previousHash()).isEqualTo(first.hash());
      assertThat(second.epoch()).isGreaterThan(first.epoch());
      assertThat(lease.begin()).isEqualTo(CHANGE + "-2");
    }
  }

  @Test
  void hasOneHolder() {
    Home home = home();
    assertThat(home.holder(CHANGE)).isEmpty();

    Lease lease = home.take(CHANGE);
    for (Home any : List.of(home, home())) {
      assertThat(any.holder(CHANGE))
          .hasValueSatisfying(holder -> {
            assertThat(holder.live()).isTrue();
            assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(holder.epoch()).isEqualTo(lease.epoch());
          });
      assertThatExceptionOfType(LeaseHeldException.class)
          .isThrownBy(() -> any.take(CHANGE))
          .withMessageContaining("process " + ProcessHandle.current().pid());
    }
    lease.check();
    home.take("another").close();

    lease.close();
    lease.close();
    assertThat(home.holder(CHANGE)).isEmpty();
    assertThatExceptionOfType(FencedException.class).isThrownBy(lease::check);
    try (Lease next = home.take(CHANGE)) {
      assertThat(next.epoch()).isGreaterThan(lease.epoch());
    }
  }

  @Test
  void ofManyWhoTakeOneGets() throws Exception {
    List<Home> homes = IntStream.range(0, 6).mapToObj(i -> home()).toList();
    CountDownLatch start = new CountDownLatch(1);
    List<Lease> taken = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Lease>> attempts =
          homes.stream()
              .map(home ->
                  pool.submit(
                      (Callable<Lease>)
                          () -> {
                            start.await();
                            return home.take(CHANGE);
                          }))
              .toList();
      start.countDown();
      for (Future<Lease> attempt : attempts) {
        try {
          taken.add(attempt.get());
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(LeaseHeldException.class);
        }
      }
    }
    assertThat(taken).hasSize(1);
    taken.getFirst().close();
  }

  @Test
  void fencesWhoeverLostItsLease() throws Exception {
    Lease first = home().take(CHANGE);
    String run = first.begin();
    first.append(run, "run-started", "{}");
    lapse();

    Home home = home();
    try (Lease second = home.take(CHANGE)) {
      assertThat(second.epoch()).isGreaterThan(first.epoch());
      List<Entry> before = home.read(run);

      assertFenced(() -> first.append(run, "step-applied", "{}"));
      assertFenced(first::check);
      assertFenced(first::begin);
      assertFenced(() -> first.end(run, "DONE"));
      first.close();

      second.check();
      assertThat(home.read(run)).isEqualTo(before);
      assertThat(home.holder(CHANGE)).map(Holder::epoch).contains(second.epoch());
      assertThat(home.lastEnded("another")).isEmpty();
      assertThat(second.append(run, "conductor-changed", "{}").seq()).isEqualTo(2);
    }
  }

  @Test
  void takesOverFromAKilledProcessAtOnce() throws Exception {
    Home home = home();
    try (OtherConductor other = OtherConductor.start(CHANGE, address())) {
      String taken = other.answer();
      assertThat(taken).startsWith("taken ");
      assertThat(other.tell("run-started")).isEqualTo(CHANGE + "-1 1");
      assertThatExceptionOfType(LeaseHeldException.class)
          .isThrownBy(() -> home.take(CHANGE))
          .withMessageContaining("process " + other.pid());

      other.kill();

      assertThat(home.holder(CHANGE))
          .hasValueSatisfying(holder -> {
            assertThat(holder.live()).isFalse();
            assertThat(holder.pid()).isEqualTo(other.pid());
          });
      try (Lease lease = home.take(CHANGE)) {
        assertThat("taken " + (lease.epoch() - 1)).isEqualTo(taken);
        assertThat(lease.append(CHANGE + "-1", "conductor-changed", "{}").seq()).isEqualTo(2);
      }
    }
  }

  @Test
  void refusesAnotherProcess() throws Exception {
    Home home = home();
    try (Lease lease = home.take(CHANGE)) {
      assertThat(home.holder(CHANGE)).isPresent();
      try (OtherConductor other = OtherConductor.start(CHANGE, address())) {
        assertThat(other.answer()).isEqualTo("lease-held");
      }
      lease.check();
    }
  }

  @Test
  void ofManyProcessesThatTakeOneGets() throws Exception {
    home();
    List<OtherConductor> others = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        others.add(OtherConductor.start(CHANGE, address()));
      }
      for (OtherConductor other : others) {
        answers.add(other.answer());
      }
    } finally {
      others.forEach(OtherConductor::close);
    }
    assertThat(answers).containsOnlyOnce("taken 1").containsOnly("taken 1", "lease-held");
  }

  @Test
  void theEpochGrowsWithEveryTaking() throws Exception {
    long epoch = 0;
    for (int i = 0; i < 3; i++) {
      Home home = openAnother();
      try (Lease lease = home.take(CHANGE)) {
        assertThat(lease.epoch()).isGreaterThan(epoch);
        epoch = lease.epoch();
        lease.append(lease.begin(), "progress", "{}");
      }
      home.close();
    }
    tamper(CHANGE + "-3", 1);
    try (Lease lease = home().take(CHANGE)) {
      assertThat(lease.epoch()).isGreaterThan(epoch);
      assertThat(lease.begin()).as("the number of a damaged run is taken").isEqualTo(CHANGE + "-4");
      assertThat(lease.append(CHANGE + "-4", "progress", "{}").epoch()).isEqualTo(lease.epoch());
    }
    assertThat(home().runs(CHANGE)).endsWith(CHANGE + "-3", CHANGE + "-4");
  }

  /// Whatever was answered is there, and nothing half.
  @Test
  void whoeverIsKilledWhileItWritesLeavesWholeRecords() throws Exception {
    Home home = home();
    for (int kills = 1; kills <= 3; kills++) {
      String run = CHANGE + "-" + kills;
      long answered;
      try (OtherConductor other = OtherConductor.start(CHANGE, address())) {
        assertThat(other.answer()).startsWith("taken");
        other.tell("flood");
        String last = "";
        for (int i = 0; i < 20 * kills; i++) {
          last = other.answer();
          home.read(run);
        }
        other.kill();
        answered = Long.parseLong(last.substring(last.indexOf(' ') + 1));
      }
      List<Entry> left = home.read(run);
      assertThat(left).hasSizeGreaterThanOrEqualTo((int) answered);
      try (Lease lease = home.take(CHANGE)) {
        assertThat(lease.append(run, "conductor-changed", "{}").seq()).isEqualTo(left.size() + 1);
      }
    }
  }

  @Test
  void aReaderSeesWholeRecordsWhileAnotherWrites() throws Exception {
    Home reader = home();
    try (Lease lease = home().take(CHANGE);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      String run = lease.begin();
      Entry first = lease.append(run, "run-started", "{}");
      Future<?> writing =
          pool.submit(() -> {
            for (int i = 0; i < 100; i++) {
              lease.append(run, "progress", "{\"text\":\"" + "x".repeat(i * 100) + "\"}");
            }
          });
      int seen = 1;
      while (!writing.isDone()) {
        List<Entry> entries = reader.read(run);
        assertThat(entries.getFirst()).isEqualTo(first);
        assertThat(entries).hasSizeGreaterThanOrEqualTo(seen);
        seen = entries.size();
      }
      writing.get();
      assertThat(reader.read(run)).hasSize(101);
    }
  }

  @Test
  void ordersWhatManyThreadsAppend() throws Exception {
    try (Lease lease = home().take(CHANGE)) {
      String run = lease.begin();
      try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
        IntStream.range(0, 60)
            .mapToObj(i -> "{\"i\":" + i + "}")
            .forEach(body -> pool.execute(() -> lease.append(run, "progress", body)));
      }
      List<Entry> entries = home().read(run);
      assertThat(entries)
          .extracting(Entry::seq)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 60).boxed().toList());
      assertThat(entries).extracting(Entry::body).doesNotHaveDuplicates();
    }
  }

  @Test
  void leavesWordForTheConductor() {
    Home home = home();
    try (Lease lease = home.take(CHANGE)) {
      String run = lease.begin();
      lease.append(run, "run-started", "{}");
      assertThat(home.requests(run)).isEmpty();

      Home terminal = home();
      terminal.request(run, request("b"));
      terminal.request(run, request("a"));
      terminal.request(run, request("b"));

      assertThat(home.requests(run))
          .extracting(Request::id, Request::at, Request::reason)
          .containsExactlyInAnyOrder(
              tuple("a", request("a").at(), "because 'so'\nand"),
              tuple("b", request("b").at(), "because 'so'\nand"));
    }
  }

  @Test
  void remembersTheEndsOfOtherChanges() {
    Home home = home();
    for (String change : List.of("first", "second", CHANGE)) {
      try (Lease lease = home.take(change)) {
        String run = lease.begin();
        lease.append(run, "run-started", "{}");
        lease.end(run, "DONE");
        lease.end(run, "DONE");
        lease.append(lease.begin(), "run-started", "{}");
      }
    }
    assertThat(home.lastEnded(CHANGE))
        .hasValueSatisfying(ended -> {
          assertThat(ended.change()).isIn("first", "second");
          assertThat(ended.run()).isEqualTo(ended.change() + "-1");
          assertThat(ended.at()).isEqualTo(Instant.parse("2026-03-01T12:00:00.123456Z"));
          assertThat(ended.outcome()).isEqualTo("DONE");
        });
    try (Lease lease = home.take("first")) {
      lease.end("first-1", "TAKEN_BACK");
      lease.end("first-2", "TAKEN_BACK");
    }
    try (Lease lease = home.take("second")) {
      lease.end("second-1", "TAKEN_BACK");
    }
    assertThat(home.lastEnded(CHANGE)).map(Ended::outcome).contains("TAKEN_BACK");
  }

  @Test
  void findsWhatWasTamperedWith() throws Exception {
    Home home = home();
    try (Lease lease = home.take(CHANGE)) {
      String run = lease.begin();
      for (int i = 0; i < 3; i++) {
        lease.append(run, "progress", "{\"i\":" + i + "}");
      }
      tamper(run, 2);
      assertThatExceptionOfType(JournalCorruptException.class)
          .isThrownBy(() -> home.read(run))
          .withMessageContaining("Record 2")
          .satisfies(e -> assertThat(e.remedy()).isNotNull());
    }
  }

  @Test
  void leavesARecordOfANewerVersionAlone() throws Exception {
    Home home = home();
    String run;
    try (Lease lease = home.take(CHANGE)) {
      run = lease.begin();
      lease.append(run, "run-started", "{}");
      lease.append(run, "progress", "{}");
    }
    Entry e = home.read(run).get(1);
    damaged.add(run);
    replace(
        run,
        new Entry(
            e.seq(), e.epoch(), e.at(), 2, e.kind(), e.body(), e.previousHash(), "another kind"));

    assertThatCode("journal-version", () -> home.read(run));
    try (Lease lease = home().take(CHANGE)) {
      assertThatCode("journal-version", () -> lease.append(run, "conductor-changed", "{}"));
      assertThatCode("journal-version", () -> home().read(run));
    }
  }

  static Request request(String id) {
    return new Request(id, NOON, "ann", "take-back", "because 'so'\nand");
  }

  static void assertFenced(ThrowingCallable call) {
    assertThatExceptionOfType(FencedException.class).isThrownBy(call);
  }

  static void assertThatCode(String code, ThrowingCallable call) {
    assertThatExceptionOfType(SegueException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }
}
