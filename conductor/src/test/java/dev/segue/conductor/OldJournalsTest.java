package dev.segue.conductor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.conductor.StepState.Status;
import dev.segue.conductor.journal.Agreement;
import dev.segue.conductor.journal.Entry;
import dev.segue.conductor.journal.FileHome;
import dev.segue.conductor.journal.Home;
import dev.segue.conductor.journal.Lease;
import dev.segue.conductor.journal.PostgresHome;
import dev.segue.conductor.journal.Request;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import dev.segue.watch.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Journals that released versions wrote, each by the [Chronicle] of its day, are read by this one.
///
/// What fails here is a broken promise to people with a run under way: mend the code, never the
/// journals.
class OldJournalsTest {

  private static final Path JOURNALS = Path.of("src/test/resources/journals");
  private static final String RUN = Chronicle.CHANGE + "-";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// A released version's journals, and where they were kept.
  enum Kept {
    IN_FILES_BY_0_1_0("0.1.0"),
    IN_POSTGRES_BY_0_1_0("0.1.0");

    private final Path directory;

    Kept(String version) {
      this.directory = JOURNALS.resolve(version);
    }

    boolean inFiles() {
      return this == IN_FILES_BY_0_1_0;
    }
  }

  @TempDir private Path temp;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private Home old(Kept kept, InstantSource clock) {
    try {
      Home home = kept.inFiles() ? oldFiles(kept, clock) : oldDatabase(kept, clock);
      opened.add(home);
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Home oldFiles(Kept kept, InstantSource clock) throws IOException {
    Path from = kept.directory.resolve("file");
    Path to = temp.resolve("old");
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
    return FileHome.open(to, clock);
  }

  private Home oldDatabase(Kept kept, InstantSource clock) throws IOException, SQLException {
    TestDatabase database = database();
    database.execute(Files.readString(kept.directory.resolve("schema.sql")));
    return PostgresHome.open(Chronicle.url(database.server().port(), database.name()), clock);
  }

  private TestDatabase database() throws SQLException {
    TestDatabase database = TestDatabases.fresh();
    opened.add(database);
    return database;
  }

  @ParameterizedTest
  @EnumSource
  void everyRecordStillSaysAllItSaidThen(Kept kept) {
    Home home = old(kept, InstantSource.system());
    Set<String> kinds = new TreeSet<>();
    for (String run : home.runs(Chronicle.CHANGE)) {
      for (Entry entry : home.read(run)) {
        kinds.add(entry.kind());
        Event event = EventText.parse(entry.kind(), entry.body());
        assertThat(EventText.kind(event)).isEqualTo(entry.kind());
        saysAll(
            run + " " + entry.seq() + " " + entry.kind(),
            JSON.readTree(entry.body()),
            JSON.readTree(EventText.body(event)));
      }
    }
    assertThat(kinds).as("kinds of record in %s", kept).hasSize(15);
  }

  /// Today's text may say more, but nothing less and nothing else.
  private static void saysAll(String where, JsonNode then, JsonNode today) {
    switch (then) {
      case ObjectNode object ->
          object
              .properties()
              .forEach(field ->
                  saysAll(
                      where + "." + field.getKey(),
                      field.getValue(),
                      requireNonNull(
                          today.get(field.getKey()), () -> where + " lost " + field.getKey())));
      case JsonNode list when list.isArray() -> {
        assertThat(today.size()).as(where).isEqualTo(list.size());
        for (int i = 0; i < list.size(); i++) {
          saysAll(where + "[" + i + "]", list.get(i), today.get(i));
        }
      }
      case JsonNode value -> assertThat(today).as(where).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRunComesToTheStateItCameToThen(Kept kept) {
    Home home = old(kept, InstantSource.system());

    RunState refused = Runs.replay(home, RUN + 1);
    assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.step("gates").trouble()).isEqualTo("NO, say the gates: health");
    assertThat(refused.start().by()).isEqualTo("ana@desk");
    assertThat(refused.start().segueVersion()).isEqualTo("0.1.0");
    assertThat(refused.step("switch").step().statements().getFirst())
        .isEqualTo(new Statement("ALTER TABLE personlink", "ACCESS EXCLUSIVE on personlink", null));

    RunState drifted = Runs.replay(home, RUN + 2);
    assertThat(drifted.outcome()).isEqualTo(Outcome.TAKEN_BACK);
    assertThat(requireNonNull(drifted.course().takeBack()).cause()).isEqualTo(Event.Cause.DRIFTED);
    assertThat(drifted.step("start-new").takeBackFacts().values()).containsEntry("lock_ms", 3.25);

    RunState broken = Runs.replay(home, RUN + 3);
    assertThat(broken.outcome()).isEqualTo(Outcome.TAKEN_BACK);
    assertThat(requireNonNull(broken.trial().breach()).rule())
        .isEqualTo("http.p95 > 2s for 30s")
        .isIn(broken.trial().memory().activeSince().keySet());
    assertThat(broken.trial().brokenAt()).isEqualTo("2026-03-01T02:00:30.123456Z");

    RunState done = Runs.replay(home, RUN + 4);
    assertThat(done.outcome()).isEqualTo(Outcome.DONE);
    assertThat(requireNonNull(done.trial().ended()).verdict()).isEqualTo(Verdict.PASS);
    assertThat(requireNonNull(done.course().finish()).reason())
        .isEqualTo("agreed with the DBA, \"at once\"");
    assertThat(done.course().requests()).containsExactly("ask-1");
    assertThat(done.steps()).hasSize(7);
    assertThat(done.inOrder()).extracting(StepState::status).containsOnly(Status.APPLIED);

    RunState watched = Runs.replay(home, RUN + 5);
    assertThat(watched.outcome()).isNull();
    assertThat(watched.step("watch").status()).isEqualTo(Status.STARTED);
    assertThat(watched.step("expand-personlink").facts().number("rows_estimate")).contains(50_000L);
    assertThat(watched.switchedAt()).isEqualTo("2026-03-01T02:01:31.123456Z");
    assertThat(home.requests(RUN + 5)).extracting(Request::reason).containsExactly("odd\nanswers");
  }

  @ParameterizedTest
  @EnumSource
  void anUnfinishedRunGoesOn(Kept kept) {
    Chronicle chronicle = new Chronicle(temp, clock -> old(kept, clock));
    RunState state = chronicle.goOn();
    assertThat(state.run()).isEqualTo(RUN + 5);
    assertThat(state.outcome()).isEqualTo(Outcome.TAKEN_BACK);
    assertThat(requireNonNull(state.course().takeBack()).by()).isEqualTo("bo@desk");
    Agreement.in(chronicle.home(), List.of());
  }

  /// A newer Segue may say more in the same version of the format.
  @ParameterizedTest
  @EnumSource
  void whatIsNotYetKnownIsSkipped(Kept kept) throws Exception {
    Home home = old(kept, InstantSource.system());
    Home newer = fromTheFuture(kept);
    try (Lease lease = newer.take(Chronicle.CHANGE)) {
      for (String run : home.runs(Chronicle.CHANGE)) {
        String next = lease.begin();
        for (Entry entry : home.read(run)) {
          now = entry.at();
          lease.append(next, entry.kind(), withMore(entry.body()));
        }
        assertThat(Runs.replay(newer, next)).isEqualTo(Runs.replay(home, run));
      }
    }
  }

  private Home fromTheFuture(Kept kept) throws SQLException {
    InstantSource clock = () -> now;
    if (kept.inFiles()) {
      return FileHome.open(temp.resolve("newer"), clock);
    }
    TestDatabase database = database();
    Home home = PostgresHome.open(Chronicle.url(database.server().port(), database.name()), clock);
    opened.add(home);
    for (String table : List.of("version", "lease", "run", "journal", "request")) {
      database.execute("alter table segue." + table + " add not_yet_known text default 'x'");
    }
    database.execute("create table segue.not_yet_known ()");
    return home;
  }

  private static String withMore(String body) {
    ObjectNode more = (ObjectNode) JSON.readTree(body);
    more.putObject("notYetKnown").put("n", 1);
    for (String list : List.of("plan", "findings")) {
      if (more.get(list) != null) {
        more.get(list).forEach(each -> ((ObjectNode) each).put("notYetKnown", true));
      }
    }
    return JSON.writeValueAsString(more);
  }
}
