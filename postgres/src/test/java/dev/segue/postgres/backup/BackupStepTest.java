package dev.segue.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.segue.change.PostgresBackup.Method;
import dev.segue.change.PostgresBackup.Verification;
import dev.segue.change.SegueException;
import dev.segue.conductor.Facts;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Finding.Level;
import dev.segue.conductor.Observation;
import dev.segue.conductor.Step;
import dev.segue.postgres.definition.RichSchema;
import dev.segue.postgres.definition.ScratchDatabase;
import dev.segue.testkit.TestDatabases;
import dev.segue.testkit.TestDatabases.TestDatabase;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupStepTest {

  private static final Instant NOON = Instant.parse("2026-02-03T12:00:00Z");

  @TempDir Path place;
  private TestDatabase database;

  @BeforeEach
  void fill() throws SQLException {
    database = TestDatabases.fresh();
    RichSchema.create(database);
  }

  @AfterEach
  void drop() throws SQLException {
    assertThat(
            database.value("select count(*) from pg_database where datname like 'segue_scratch%'"))
        .isEqualTo("0");
    database.close();
  }

  private static Run run(String name) {
    return new Run(name, NOON);
  }

  @Test
  void takesASnapshotOfTheTouchedTableAndProvesItByRestoring() throws IOException {
    Step step = Backups.of(database, place.resolve("backups")).step();
    Run run = run("rename-1");
    assertThat(step.observe(run)).isEqualTo(Observation.ABSENT);
    Facts facts = step.apply(run);
    Path whole = place.resolve("backups/rename-20260203-120000Z");
    assertThat(facts.values())
        .containsEntry("method", "snapshot")
        .containsEntry("why", "the change file asks for a snapshot")
        .containsEntry("path", whole.toString())
        .containsEntry("tables", 1L)
        .containsEntry("rows", 200L)
        .containsEntry("verified", "restored; definitions, row counts and checksums are equal");
    assertThat(facts.number("bytes").orElseThrow()).isPositive();
    assertThat(list(whole))
        .containsExactly("0001-public.member.txt.gz", "definition.sql", "manifest.json", "origin");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(whole)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(whole)) {
      assertThat(files)
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
    assertThat(step.observe(run))
        .asInstanceOf(type(Observation.Present.class))
        .satisfies(present ->
            assertThat(present.facts().values())
                .containsEntry("path", whole.toString())
                .containsEntry("rows", 200L));
    assertThat(step.observe(run("rename-2"))).isEqualTo(Observation.ABSENT);
    assertThat(run.said).anyMatch(s -> s.startsWith("copying public.member"));
  }

  @Test
  void theWholeDatabaseComesBackWithItsSequencesAndRights() throws SQLException {
    Step step = Backups.of(database, place).ofEverything().step();
    assertThat(step.apply(run("rename-1")).values())
        .containsEntry("tables", 7L)
        .containsEntry("left_out", List.of());
    try (TestDatabase empty = bare()) {
      Restore.Restored restored =
          new Restore(null, Map.of(), true)
              .into(
                  Backups.url(empty, "postgres"),
                  place.resolve("rename-20260203-120000Z"),
                  (what, done) -> {});
      assertThat(restored.rows()).isEqualTo(Long.parseLong(rows(database)));
      assertThat(rows(empty)).isEqualTo(rows(database));
      assertThat(empty.value("select nextval('ticket')"))
          .isEqualTo(database.value("select nextval('ticket')"));
      assertThat(empty.value("insert into member (name) values ('x') returning id"))
          .isEqualTo("300");
      assertThat(empty.value("select has_table_privilege('pg_monitor', 'member', 'insert')"))
          .isEqualTo("t");
      assertThat(empty.value("select count(*) from totals")).isEqualTo("1");
      assertThatThrownBy(() ->
              new Restore(null, Map.of(), true)
                  .into(
                      Backups.url(empty, "postgres"),
                      place.resolve("rename-20260203-120000Z"),
                      (what, done) -> {}))
          .asInstanceOf(type(SegueException.class))
          .returns("database-not-empty", SegueException::code);
    }
  }

  private static String rows(TestDatabase of) throws SQLException {
    return of.value(
        """
        select (select count(*) from member) + (select count(*) from "Odd Name"."Link")
          + (select count(*) from visit) + (select count(*) from base)
          + (select count(*) from volatile)
        """);
  }

  private static TestDatabase bare() throws SQLException {
    TestDatabase empty = TestDatabases.fresh();
    empty.execute("DROP EXTENSION pg_stat_statements");
    return empty;
  }

  @Test
  void aFlippedByteAndAMissingEndAreFound() throws IOException, SQLException {
    Backups.of(database, place).verifiedBy(Verification.LIST).step().apply(run("rename-1"));
    Path whole = place.resolve("rename-20260203-120000Z");
    Path rows = whole.resolve("0001-public.member.txt.gz");
    try (RandomAccessFile file = new RandomAccessFile(rows.toFile(), "rw")) {
      file.seek(file.length() / 2);
      int was = file.read();
      file.seek(file.length() / 2);
      file.write(was ^ 1);
    }
    assertDamaged(whole, "is not as it was written");
    try (RandomAccessFile file = new RandomAccessFile(rows.toFile(), "rw")) {
      file.setLength(file.length() - 7);
    }
    assertDamaged(whole, "and had");
    Files.delete(rows);
    assertDamaged(whole, "is missing");
  }

  private static void assertDamaged(Path whole, String words) throws SQLException {
    try (TestDatabase empty = bare()) {
      assertThatThrownBy(() ->
              new Restore(null, Map.of(), false)
                  .into(Backups.url(empty, "postgres"), whole, (what, done) -> {}))
          .hasMessageContaining(words)
          .asInstanceOf(type(SegueException.class))
          .returns("backup-damaged", SegueException::code);
      assertThat(empty.value("select count(*) from pg_class where relnamespace = 2200"))
          .isEqualTo("0");
    }
  }

  @Test
  void otherRowsThanWereBackedUpAreFound() throws SQLException {
    Backups.of(database, place).verifiedBy(Verification.LIST).step().apply(run("rename-1"));
    Path whole = place.resolve("rename-20260203-120000Z");
    Manifest told = Manifest.read(whole);
    Manifest.Table table = told.tables().getFirst();
    List<Manifest.Table> wrong =
        List.of(
            new Manifest.Table(
                table.name(), table.rows(), "17", table.columns(), table.binary(), table.file()));
    Manifest other =
        new Manifest(
            told.format(),
            told.change(),
            told.run(),
            told.method(),
            told.origin(),
            told.server(),
            told.takenAt(),
            wrong,
            told.sequences(),
            told.files(),
            told.definition(),
            told.facts());
    try (TestDatabase empty = bare()) {
      assertThatThrownBy(() ->
              new Restore(null, Map.of(), false)
                  .into(Backups.url(empty, "postgres"), whole, other, (what, done) -> {}))
          .hasMessageContaining("public.member has other values in its rows")
          .asInstanceOf(type(SegueException.class))
          .returns("restore-differs", SegueException::code);
    }
  }

  @Test
  void keepsTheNewestOfThisChangeOnThisDatabaseAndNothingElseGoes() throws Exception {
    Backups backups = Backups.of(database, place).verifiedBy(Verification.LIST).keeping(2);
    Files.createDirectory(place.resolve("rename-20200101-000000Z"));
    Files.writeString(place.resolve("rename-20200101-000000Z/mine.txt"), "not Segue's");
    for (int minute = 0; minute < 3; minute++) {
      backups.step().apply(new Run("rename-" + minute, NOON.plusSeconds(60L * minute)));
    }
    try (TestDatabase other = TestDatabases.copyOf(database)) {
      Backups.of(other, place)
          .verifiedBy(Verification.LIST)
          .keeping(1)
          .step()
          .apply(new Run("rename-9", NOON.plusSeconds(600)));
    }
    assertThat(list(place))
        .containsExactly(
            "rename-20200101-000000Z",
            "rename-20260203-120100Z",
            "rename-20260203-120200Z",
            "rename-20260203-121000Z");
  }

  @Test
  void aBackupThatWasKilledIsSeenRemovedAndMadeAnew() throws IOException {
    Step step = Backups.of(database, place).step();
    // What kill -9 leaves while the restore goes on: everything but a clean end.
    Run killed = run("rename-1");
    Path copy = place.resolve("copy");
    killed.whilePaused =
        () -> {
          if (killed.said.getLast().startsWith("restoring") && !Files.exists(copy)) {
            copyOf(place.resolve("rename-20260203-120000Z.partial"), copy);
            throw new IllegalStateException("stopped");
          }
        };
    assertThatThrownBy(() -> step.apply(killed)).hasMessage("stopped");
    assertThat(list(place)).containsExactly("copy");
    Files.move(copy, place.resolve("rename-20260203-120000Z.partial"));
    assertThat(step.observe(run("rename-1")))
        .asInstanceOf(type(Observation.Partial.class))
        .returns(true, Observation.Partial::ours);
    step.apply(new Run("rename-1", NOON.plusSeconds(5)));
    assertThat(list(place)).containsExactly("rename-20260203-120005Z");
    assertThat(step.takeBack(run("rename-1")).text("kept")).isPresent();
    assertThat(list(place)).hasSize(1);
  }

  private static void copyOf(Path from, Path to) {
    try (Stream<Path> files = Files.list(from)) {
      Files.createDirectory(to);
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aFileInTheWayIsRefusedBeforeAndNamedAfter() throws IOException {
    Path file = Files.writeString(place.resolve("backups"), "a file");
    Backups backups = Backups.of(database, file);
    assertThat(backups.ask())
        .anySatisfy(f -> {
          assertThat(f.level()).isEqualTo(Level.REFUSED);
          assertThat(f.gate()).isEqualTo("backup directory");
          assertThat(f.message()).startsWith("Nothing can be written to " + file);
        });
    assertThatThrownBy(() -> backups.step().apply(run("rename-1")))
        .asInstanceOf(type(SegueException.class))
        .returns("backup-not-written", SegueException::code);
  }

  @Test
  void theGateSaysWhichWayAndWhyAndLeavesNothing() throws IOException {
    List<Finding> findings = Backups.of(database, place.resolve("a/b")).by(Method.AUTO, null).ask();
    assertThat(findings).extracting(Finding::level).containsOnly(Level.PASSED);
    assertThat(findings)
        .extracting(Finding::message)
        .anyMatch(m ->
            m.startsWith("1 table, ")
                && m.endsWith("by snapshot: there is no pg_dump with pg_restore on the PATH"))
        .anyMatch(m -> m.contains(" free; the tables take "));
    assertThat(list(place)).isEmpty();
  }

  @Test
  void theGateRefusesWhatCannotBeDone() throws SQLException {
    database.execute("DROP ROLE IF EXISTS poor", "CREATE ROLE poor LOGIN");
    Backups poor = Backups.of(Backups.url(database, "poor"), place);
    try {
      assertThat(poor.ask())
          .filteredOn(f -> f.level() == Level.REFUSED)
          .extracting(Finding::message)
          .containsExactly(
              "This role may not read public.member, public.member_id_seq, public.ticket",
              "poor may not create a scratch database on 127.0.0.1:" + database.server().port());
      assertThat(Backups.of(database, place).by(Method.PG_DUMP, place).ask())
          .filteredOn(f -> f.level() == Level.REFUSED)
          .extracting(Finding::message)
          .containsExactly(
              "The backup is to be made by pg_dump, but there is no pg_dump with pg_restore in "
                  + place);
    } finally {
      database.execute("DROP ROLE poor");
    }
  }

  @Test
  void thePlanShowsWhatIsSent() {
    var planned = Backups.of(database, place).by(Method.AUTO, null).step().describe();
    assertThat(planned.title())
        .isEqualTo("Back up member to " + place + ", restore it to a scratch database and compare");
    assertThat(planned.statements())
        .singleElement()
        .satisfies(s -> {
          assertThat(s.text()).startsWith("COPY public.member (id, name, status");
          assertThat(s.lock()).isEqualTo("ACCESS SHARE on public.member");
          assertThat(s.note()).contains("there is no pg_dump");
        });
  }

  @Test
  void theScratchOfADeadProcessIsDropped() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    String machine =
        HexFormat.of().toHexDigits(java.net.InetAddress.getLocalHost().getHostName().hashCode());
    String ofTheDead = "segue_scratch_29990101000000_%s_%d_00000001".formatted(machine, dead.pid());
    String old = "segue_scratch_20200101000000_0badcafe_1_00000002";
    String young = "segue_scratch_29990101000000_0badcafe_1_00000003";
    // None has a comment: its maker was killed before it could make one.
    for (String name : List.of(ofTheDead, old, young)) {
      database.execute("CREATE DATABASE " + name);
    }
    try (ScratchDatabase scratch = ScratchDatabase.like(Backups.of(database, place).target())) {
      assertThat(
              database.value(
                  "select string_agg(datname, ' ' order by datname) from pg_database where datname like 'segue_scratch%' and datname <> '"
                      + scratch.url().database()
                      + "'"))
          .isEqualTo(young);
    } finally {
      database.execute("DROP DATABASE " + young);
    }
  }

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
