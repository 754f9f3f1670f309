package dev.segue.postgres.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.backfill.Failures;
import dev.segue.backfill.Store;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Mismatch;
import dev.segue.backfill.Store.Stats;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.Backfill.Rows;
import dev.segue.change.Change;
import dev.segue.change.Contract;
import dev.segue.change.Data;
import dev.segue.change.Rehearsal;
import dev.segue.change.RollbackWindows;
import dev.segue.change.RowChange;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Workspace;
import dev.segue.postgres.FakeContext;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowsLookedAtTest {

  @TempDir Path directory;

  private Workspace workspace() {
    return workspace(directory);
  }

  static Workspace workspace(Path directory) {
    return new Workspace(directory, directory, Map.of());
  }

  static Change change(Orders orders, Rows rows) {
    return new Change(
        "money",
        "",
        orders.site().target(),
        List.of(),
        new Rehearsal(false, null, null),
        null,
        List.of(),
        new Data(null, List.of(), List.of(rows)),
        null,
        List.of(),
        null,
        new RollbackWindows(Duration.ofMinutes(1), Duration.ofMinutes(1)),
        new Contract(Duration.ofDays(7)));
  }

  static Looking all() {
    return new Looking(0, Optional.empty(), (what, done) -> {});
  }

  static Rows over(String set, String expression, String todo, Keep keep) {
    Rows plain = Orders.rows(keep, Orders.SKIP, 1);
    return new Rows(
        plain.where(),
        "cents",
        "orders",
        new RowChange.Expressions(Map.of(set, expression)),
        "",
        todo,
        1,
        plain.pace(),
        Orders.SKIP,
        keep);
  }

  @Test
  void whatThereIsToDoIsCountedWithoutDoingIt() throws SQLException {
    try (Orders orders = Orders.numbered(5000)) {
      orders
          .database()
          .execute(
              "UPDATE orders SET amount = 'none' WHERE id % 1000 = 0",
              "UPDATE orders SET cents = 1 WHERE id % 1000 = 1", "ANALYZE orders");
      String before = orders.contents();
      Rows rows = Orders.rows(Keep.AUTO, Orders.SKIP, 1);
      Store store = Store.of(rows);

      Stats stats = store.stats(change(orders, rows), workspace(), rows, all());

      assertThat(stats.items()).isEqualTo(5000);
      assertThat(stats.todo()).isEqualTo(4995);
      assertThat(stats.failing()).isEqualTo(5);
      assertThat(stats.estimated()).isFalse();
      assertThat(stats.seconds()).isBetween(0.05, 30.0);
      assertThat(stats.bytes()).isBetween(100_000L, 3_000_000L);
      assertThat(stats.keep()).isEqualTo("segue.kept_cents");
      assertThat(stats.forms())
          .anySatisfy(form -> {
            assertThat(form.convertible()).isFalse();
            assertThat(form.count()).isEqualTo(5);
            assertThat(form.example()).isEqualTo("none");
            assertThat(form.form()).startsWith("22P02: invalid input syntax");
          });
      assertThat(orders.contents()).isEqualTo(before);

      Stats some =
          store.stats(
              change(orders, rows),
              workspace(),
              rows,
              new Looking(1000, Optional.empty(), (what, done) -> {}));
      assertThat(some.looked()).isBetween(900L, 2500L);
      assertThat(some.estimated()).isTrue();
    }
  }

  @Test
  void everyRowThatIsNotWhatItShouldBeIsListed() throws SQLException {
    try (Orders orders = Orders.numbered(3000)) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id = 9");
      Rows rows = Orders.rows(Keep.AUTO, Orders.SKIP, 1);
      orders.step(rows).apply(new FakeContext(directory));
      orders.database().execute("UPDATE orders SET cents = 17 WHERE id = 10");

      Verification found = Store.of(rows).verify(change(orders, rows), workspace(), rows, all());

      assertThat(found.looked()).isEqualTo(3000);
      assertThat(found.different()).isEqualTo(1);
      assertThat(found.left()).isEqualTo(1);
      assertThat(found.mismatches()).containsExactly(new Mismatch("id=10", "cents", "17", "10"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Keep.class,
      names = {"ASIDE", "BESIDE"})
  void whatIsSetOverItselfIsComparedWithWhatWasKept(Keep keep) throws SQLException {
    try (Orders orders = Orders.numbered(2000)) {
      Rows rows = over("amount", "replace(amount, '.', ',')", "amount like '%.%'", keep);
      orders.step(rows).apply(new FakeContext(directory));
      orders.database().execute("UPDATE orders SET amount = 'mine' WHERE id = 10");
      Store store = Store.of(rows);
      assertThat(store.verify(change(orders, rows), workspace(), rows, all()))
          .isEqualTo(new Verification(2000, 2000, 0, 0, List.of()));

      // Somebody has mended the expression meanwhile.
      Rows other = over("amount", "replace(amount, '.', ';')", "amount like '%.%'", keep);
      Verification found = store.verify(change(orders, other), workspace(), other, all());
      assertThat(found.different()).isEqualTo(1999);
      assertThat(found.mismatches())
          .hasSize(1000)
          .contains(new Mismatch("id=1", "amount", "0,01", "0;01"));
    }
  }

  @Test
  void thoseThatFailedAreTriedAgainAlone() throws SQLException {
    try (Orders orders = Orders.numbered(2000)) {
      orders.database().execute("UPDATE orders SET amount = 'none' WHERE id % 500 = 0");
      Rows rows = Orders.rows(Keep.ASIDE, Orders.SKIP, 1);
      RowsStep step = orders.step(rows);
      step.apply(new FakeContext(directory));
      orders.database().execute("UPDATE orders SET amount = '3.00' WHERE id IN (500, 1000)");
      orders.database().execute("UPDATE orders SET cents = NULL WHERE id = 1");

      FakeContext context = new FakeContext(directory);
      var facts = Store.of(rows).again(context, change(orders, rows), workspace(), rows);

      assertThat(facts.number("items")).contains(2L);
      assertThat(facts.number("failed")).contains(2L);
      assertThat(orders.count("cents = 300 AND id IN (500, 1000)")).isEqualTo(2);
      assertThat(orders.count("id = 1 AND cents IS NULL")).as("not looked at").isEqualTo(1);
      assertThat(Failures.read(directory.resolve("failed-cents.jsonl")))
          .extracting(Failures.Failed::item)
          .containsExactlyInAnyOrder("id=1500", "id=2000");

      step.takeBack(context);
      assertThat(orders.count("cents IS NOT NULL")).isZero();
    }
  }

  static List<String> asked(Orders orders, Rows rows) {
    return new RowsGate(orders.site(), rows, List.of())
        .ask(what -> {}).stream().map(f -> f.level() + " " + f.message()).toList();
  }

  @Test
  void whatCannotBeDoneIsSaidBefore() throws SQLException {
    try (Orders orders = Orders.numbered(500)) {
      orders.database().execute("ANALYZE orders");
      assertThat(asked(orders, Orders.rows(Keep.AUTO, Orders.SKIP, 1)))
          .anyMatch(s ->
              s.startsWith("PASSED about 500 rows of public.orders; old values are kept in")
                  && s.contains(" kB more on the server's disk"))
          .noneMatch(s -> s.startsWith(Finding.Level.REFUSED.name()));
      assertThat(asked(orders, over("note", "note + 1", "", Keep.AUTO)))
          .anyMatch(s -> s.startsWith("REFUSED rows of public.orders are still to be done"));
      assertThat(asked(orders, over("cents", "amount || nothing", "", Keep.AUTO)))
          .anyMatch(s -> s.contains("REFUSED change.yaml:3:5: PostgreSQL refuses it"));
      assertThat(asked(orders, over("cents", "amount", "", Keep.AUTO)))
          .anyMatch(s -> s.startsWith("REFUSED") && s.contains("is of type bigint"));
      assertThat(asked(orders, over("penny", "1", "", Keep.AUTO)))
          .anyMatch(s -> s.startsWith("REFUSED") && s.contains("has no column penny"));
      assertThat(
              asked(orders, over("cents", "(random() * 9)::bigint", "cents is null", Keep.BESIDE)))
          .anyMatch(s -> s.startsWith("REFUSED old values beside"));
      assertThat(asked(orders, over("cents", "1", "", Keep.BACKUP)))
          .anyMatch(s -> s.startsWith("WARNING old values are not kept"));
      assertThat(orders.count("cents IS NOT NULL OR note <> 0")).isZero();
    }
  }
}
