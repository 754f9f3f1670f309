package dev.segue.conductor.journal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.segue.change.DatabaseUrl;
import dev.segue.change.SegueException;
import dev.segue.conductor.FencedException;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresHomeTest extends HomeContract {

  /// No lease of a test runs out by itself.
  private static final Duration LONG = Duration.ofHours(1);

  private static final Duration SHORT = Duration.ofMillis(1500);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private @Nullable TestDatabase made;

  @BeforeEach
  void makeDatabase() throws SQLException {
    made = TestDatabases.fresh();
  }

  @Override
  void clear() throws SQLException {
    database().close();
  }

  private TestDatabase database() {
    return requireNonNull(made);
  }

  static DatabaseUrl url(int port, String database) {
    return new DatabaseUrl("127.0.0.1", port, database, "postgres", null, Map.of());
  }

  private DatabaseUrl url() {
    return url(database().server().port(), database().name());
  }

  private Home open(DatabaseUrl url, Duration ttl) {
    return PostgresHome.open(url, clock(), ttl, PATIENCE);
  }

  @Override
  Home openAnother() {
    return open(url(), LONG);
  }

  @Override
  List<String> address() {
    return List.of("postgres", url().port() + "", url().database(), LONG.toString());
  }

  @Override
  void lapse() throws SQLException {
    database().execute("update segue.lease set expires_at = now() - interval '1 s'");
  }

  @Override
  void replace(String run, Entry by) throws SQLException {
    database()
        .execute(
            "update segue.journal set version = %d, body = '%s', hash = '%s' where run = '%s' and seq = %d"
                .formatted(by.version(), by.body(), by.hash(), run, by.seq()));
  }

  @Test
  void lookingCreatesNothing() throws SQLException {
    assertThat(PostgresHome.openExisting(url(), clock())).isEmpty();
    assertThat(database().value("select count(*) from pg_namespace where nspname = 'segue'"))
        .isEqualTo("0");

    home();
    try (Home existing = PostgresHome.openExisting(url(), clock()).orElseThrow()) {
      assertThat(existing.changes()).isEmpty();
      assertThat(existing.describe()).isEqualTo("schema segue in " + url());
    }
  }

  @Test
  void manyMayOpenAnEmptyDatabaseAtOnce() throws Exception {
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Home>> opening =
          IntStream.range(0, 6).mapToObj(i -> pool.submit((Callable<Home>) this::home)).toList();
      for (Future<Home> home : opening) {
        assertThat(home.get().changes()).isEmpty();
      }
    }
    assertThat(database().value("select count(*) from segue.version")).isEqualTo("1");
  }

  @Test
  void saysWhatRightIsMissing() throws SQLException {
    database().execute("create role plain login");
    try {
      DatabaseUrl plain =
          new DatabaseUrl("127.0.0.1", url().port(), url().database(), "plain", null, Map.of());
      assertThatExceptionOfType(SegueException.class)
          .isThrownBy(() -> PostgresHome.open(plain, clock()))
          .withMessageContaining("plain may not create schema segue")
          .satisfies(e -> assertThat(e.remedy()).contains("GRANT CREATE ON DATABASE"));
      home();
      assertThatCode("journal-not-allowed", () -> PostgresHome.open(plain, clock()));
      assertThatCode("journal-not-allowed", () -> PostgresHome.openExisting(plain, clock()));
    } finally {
      database().execute("drop role plain");
    }
  }

  @Test
  void leavesTheJournalOfANewerSegueAlone() throws SQLException {
    home();
    database().execute("insert into segue.version values (2)");
    assertThatCode("journal-version", () -> PostgresHome.open(url(), clock()));
    assertThatCode("journal-version", () -> PostgresHome.openExisting(url(), clock()));
    database().execute("delete from segue.version where version = 2");
  }

  @Test
  void commitsToTheDiskWhateverTheDatabaseIsSetTo() throws SQLException {
    home();
    database()
        .execute(
            "alter database " + database().name() + " set synchronous_commit = off",
            "create table public.seen (setting text)",
            """
            create function public.look() returns trigger language plpgsql as $$ begin
              insert into public.seen values (current_setting('synchronous_commit')); return null;
            end $$\
            """,
            """
            create trigger look after insert on segue.journal
              for each row execute function public.look()\
            """);
    try (Lease lease = home().take(CHANGE)) {
      lease.append(lease.begin(), "run-started", "{}");
    }
    assertThat(database().value("select string_agg(setting, ',') from seen")).isEqualTo("on");
  }

  @Test
  void goesOnAfterEverySessionWasEnded() throws SQLException {
    Home home = home();
    try (Lease lease = home.take(CHANGE)) {
      String run = lease.begin();
      lease.append(run, "run-started", "{}");
      for (int i = 2; i < 5; i++) {
        endSessions();
        assertThat(lease.append(run, "progress", "{}").seq()).isEqualTo(i);
        endSessions();
        assertThat(home.read(run)).hasSize(i);
      }
      endSessions();
      lease.check();
      lease.check();
    }
  }

  @Test
  void aCommitWhoseAnswerIsLostCountsOnce() throws IOException {
    try (Wire wire = new Wire(url().port());
        Home home = open(url(wire.port(), url().database()), LONG)) {
      wire.loseNextAnswer();
      try (Lease lease = home.take(CHANGE)) {
        assertThat(lease.epoch()).isEqualTo(1);
        String run = lease.begin();
        for (int i = 1; i <= 3; i++) {
          wire.loseNextAnswer();
          assertThat(lease.append(run, "progress", "{}").seq()).isEqualTo(i);
        }
        wire.loseNextAnswer();
        home.request(run, request("a"));
        assertThat(wire.lost()).isEqualTo(5);
        assertThat(home().read(run)).hasSize(3);
        assertThat(home().requests(run)).hasSize(1);
      }
    }
  }

  @Test
  void doubtsItselfWhenTheServerIsOutOfReachForTooLong() throws IOException {
    try (Wire wire = new Wire(url().port());
        Home home = open(url(wire.port(), url().database()), SHORT);
        Lease lease = home.take(CHANGE)) {
      wire.cut();
      lease.check();
      await().atMost(PATIENCE).untilAsserted(() -> assertFenced(lease::check));
      assertThatExceptionOfType(FencedException.class)
          .isThrownBy(lease::check)
          .withMessageContaining("could not be renewed");

      wire.mend();
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(FencedException.class)
          .untilAsserted(lease::check);
      assertThat(lease.append(lease.begin(), "run-started", "{}").seq()).isEqualTo(1);
    }
  }

  @Test
  void whatCanWaitIsNotWaitedFor() throws IOException {
    try (Wire wire = new Wire(url().port());
        Home home = open(url(wire.port(), url().database()), LONG);
        Lease lease = home.take(CHANGE)) {
      String run = lease.begin();
      lease.append(run, "run-started", "{}");
      assertThat(lease.tryAppend(run, "rules-moved", "{}")).map(Entry::seq).contains(2L);

      wire.cut();
      long begun = System.nanoTime();
      assertThat(lease.tryAppend(run, "rules-moved", "{}")).isEmpty();
      assertThatCode("journal-unreachable", () -> home.requests(run));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);

      wire.mend();
      await().atMost(PATIENCE).until(() -> lease.tryAppend(run, "rules-moved", "{}").isPresent());
      assertThat(lease.append(run, "ended", "{}").seq()).isEqualTo(home().read(run).size());
    }
  }

  @Test
  void aFullDiskLeavesNothing() throws SQLException {
    Home home = home();
    try (Lease lease = home.take(CHANGE)) {
      String run = lease.begin();
      lease.append(run, "run-started", "{}");
      database()
          .execute(
              """
              create function public.full() returns trigger language plpgsql as $$ begin
                raise exception 'could not extend file' using errcode = 'disk_full';
              end $$\
              """,
              """
              create constraint trigger full_disk after insert on segue.journal
                initially deferred for each row execute function public.full()\
              """);
      assertThatExceptionOfType(SegueException.class)
          .isThrownBy(() -> lease.append(run, "progress", "{}"))
          .satisfies(e -> assertThat(e.code()).isEqualTo("journal-full"))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(SegueException.Kind.RESOURCES));
      assertThat(home.read(run)).hasSize(1);

      database().execute("drop trigger full_disk on segue.journal");
      assertThat(lease.append(run, "progress", "{}").seq()).isEqualTo(2);
    }
  }

  @Test
  void aStoppedProcessIsFencedWhenItWakes() throws Exception {
    List<String> brief = List.of("postgres", url().port() + "", url().database(), SHORT.toString());
    Home home = home();
    try (OtherConductor other = OtherConductor.start(CHANGE, brief)) {
      other.answer();
      other.tell("run-started");
      assertThat(other.tell("check")).isEqualTo("ours");
      other.signal("STOP");
      await().atMost(PATIENCE).until(() -> !home.holder(CHANGE).orElseThrow().live());
      try (Lease lease = home.take(CHANGE)) {
        other.signal("CONT");
        assertThat(other.tell("check")).isEqualTo("fenced");
        assertThat(other.tell("step-applied")).isEqualTo("fenced");
        assertThat(home.read(CHANGE + "-1")).hasSize(1);
        lease.check();
      }
    }
  }

  @Test
  void aLiveHolderRenews() {
    Home home = open(url(), SHORT);
    try (home;
        Lease lease = home.take(CHANGE)) {
      Instant first = home.holder(CHANGE).orElseThrow().heartbeatAt();
      await()
          .atMost(PATIENCE)
          .until(() ->
              home.holder(CHANGE)
                  .orElseThrow()
                  .heartbeatAt()
                  .isAfter(first.plus(SHORT.multipliedBy(2))));
      assertThat(home.holder(CHANGE)).map(Holder::live).contains(true);
      lease.check();
    }
  }

  @Test
  void aTransactionThatCheckedHoldsOffTheNextConductor() throws Exception {
    try (Connection connection = database().connect();
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      connection.setAutoCommit(false);
      Lease first = home().take(CHANGE);
      first.check(connection);
      // Its own heartbeat and journal are not held off.
      first.check();
      first.append(first.begin(), "run-started", "{}");
      lapse();
      assertThatExceptionOfType(LeaseHeldException.class)
          .isThrownBy(() -> home().take(CHANGE))
          .withMessageContaining("is still running");

      Future<Lease> second = pool.submit(() -> home().take(CHANGE));
      await()
          .until(() ->
              database().value("select count(*) from pg_locks where not granted").equals("1"));
      assertThat(second.isDone()).isFalse();
      connection.commit();

      try (Lease lease = second.get()) {
        assertFenced(() -> first.check(connection));
        connection.rollback();
        lease.check(connection);
        connection.rollback();
      }
      first.close();
    }
  }

  @Test
  void inAnotherDatabaseTheHomeIsAsked() throws SQLException {
    try (TestDatabase copy = TestDatabases.copyOf(database());
        Connection connection = copy.connect()) {
      connection.setAutoCommit(false);
      Lease lease = home().take(CHANGE);
      lease.check(connection);
      // With a journal of its own, in which another holds the same change.
      try (Home there = open(url(url().port(), copy.name()), LONG);
          Lease other = there.take(CHANGE)) {
        lease.check(connection);
        other.check(connection);
      }
      lapse();
      try (Lease next = home().take(CHANGE)) {
        next.check(connection);
        assertFenced(() -> lease.check(connection));
      }
      lease.close();
    }
  }

  @Test
  void findsARemovedAndAMovedRecord() throws SQLException {
    Home home = home();
    try (Lease lease = home.take(CHANGE)) {
      String run = lease.begin();
      for (int i = 0; i < 4; i++) {
        lease.append(run, "progress", "{}");
      }
      damaged.add(run);
      database().execute("delete from segue.journal where seq = 2");
      assertThatExceptionOfType(JournalCorruptException.class)
          .isThrownBy(() -> home.read(run))
          .withMessageContaining("Record 2");
      database().execute("update segue.journal set seq = seq - 1 where seq > 2");
      assertThatExceptionOfType(JournalCorruptException.class)
          .isThrownBy(() -> home.read(run))
          .withMessageContaining("Record 2");
    }
  }

  @Test
  void theReferenceTellsHowToVerifyByHand() throws Exception {
    try (Lease lease = home().take(CHANGE)) {
      String run = lease.begin();
      lease.append(run, "run-started", "{\"ü\\n\" :  \"\\u0000\"}");
      lease.append(run, "progress", "{\"i\":1}");
      lease.append(run, "ended", "{}");
      String query =
          "select string_agg(concat(seq, fits, follows), ' ' order by seq) from (%s) verified"
              .formatted(Reference.code("sql").strip().replaceFirst(";$", ""));
      assertThat(database().value(query)).isEqualTo("1tt 2tt 3tt");
      tamper(run, 2);
      assertThat(database().value(query)).isEqualTo("1tt 2ft 3tt");
    }
  }

  private void endSessions() throws SQLException {
    database()
        .execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and application_name like 'segue:%'\
            """);
  }
}
