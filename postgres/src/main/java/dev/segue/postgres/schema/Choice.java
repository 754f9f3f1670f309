package dev.segue.postgres.schema;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.conductor.Finding;
import dev.segue.conductor.Step;
import dev.segue.postgres.columns.Columns;
import dev.segue.postgres.facade.Facades;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.rehearsal.AppStatement;
import dev.segue.postgres.rehearsal.KnownStatements;
import dev.segue.postgres.rehearsal.Performance;
import dev.segue.postgres.rehearsal.SchemaCopy;
import dev.segue.postgres.rehearsal.Theatre;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How the renames that leave it open are carried out: by a facade, which copies nothing, where the
/// table bears one and every statement of the application is known to work on it; else by columns
/// in step, on which whatever works on a table works. Looks when it is asked first, and remembers.
final class Choice {

  private final Change change;
  private final Site site;
  private final List<Group> groups;
  private @Nullable Map<String, Way> ways;

  Choice(Change change, Site site, List<Group> groups) {
    this.change = change;
    this.site = site;
    this.groups = groups;
  }

  /// @param why for people
  record Way(boolean facade, String why) {

    String words() {
      return (facade ? "a facade: " : "columns in step: ") + why;
    }
  }

  /// How a play went, told by what fails in it.
  private record Played(Map<Object, String> failures) {

    /// Something works here that fails there, and nothing fails that works there.
    boolean betterThan(Played other) {
      return failures.size() < other.failures.size()
          && other.failures.keySet().containsAll(failures.keySet());
    }

    /// The first thing that fails here and not there.
    String curedBy(Played other) {
      return failures.entrySet().stream()
          .filter(failure -> !other.failures.containsKey(failure.getKey()))
          .map(Map.Entry::getValue)
          .findFirst()
          .orElse("");
    }
  }

  boolean facade(String table) {
    return of(table).facade();
  }

  synchronized Way of(String table) {
    Map<String, Way> decided = ways;
    if (decided == null) {
      decided = decide();
      ways = decided;
    }
    return Objects.requireNonNull(decided.get(table), table);
  }

  private Map<String, Way> decide() {
    Map<String, Way> chosen = new LinkedHashMap<>();
    for (Group.Either either : eithers()) {
      chosen.put(either.table(), byCatalogue(either));
    }
    if (chosen.values().stream().noneMatch(Way::facade)) {
      return chosen;
    }
    if (!change.rehearsal().enabled()) {
      return unproved("the rehearsal is switched off", chosen);
    }
    try {
      return byRehearsal(chosen);
    } catch (SegueException | SQLException e) {
      // The rehearsal's gate says more.
      return because(chosen, "nothing could be rehearsed: " + e.getMessage());
    }
  }

  private List<Group.Either> eithers() {
    return groups.stream()
        .filter(Group.Either.class::isInstance)
        .map(Group.Either.class::cast)
        .toList();
  }

  /// Where neither serves, the facade's gate says what is wrong.
  private Way byCatalogue(Group.Either either) {
    Optional<String> refusal = Facades.refusal(site, either.table(), either.operations());
    if (refusal.isEmpty() || !bearsColumns(either)) {
      return new Way(true, "it copies nothing");
    }
    return new Way(false, "no facade serves: " + refusal.get());
  }

  private boolean bearsColumns(Group.Either either) {
    return Columns.gates(site, either.table(), List.copyOf(either.operations()), () -> true)
        .stream()
        .flatMap(gate -> gate.ask(what -> {}).stream())
        .noneMatch(Finding::refuses);
  }

  private static Map<String, Way> because(Map<String, Way> chosen, String why) {
    Map<String, Way> told = new LinkedHashMap<>(chosen);
    told.replaceAll((_, way) -> way.facade() ? new Way(true, why) : way);
    return told;
  }

  private Map<String, Way> byRehearsal(Map<String, Way> chosen) throws SQLException {
    KnownStatements known;
    try (Connection live = site.open("asking what statements are known")) {
      known = KnownStatements.collect(change.rehearsal(), live);
    }
    List<AppStatement> statements = known.preparable();
    if (statements.isEmpty()) {
      return unproved("no statement of the application is known that could be tried on it", chosen);
    }
    Map<String, Way> ways = new LinkedHashMap<>(chosen);
    for (String table : chosen.keySet()) {
      noViewTakes(known, table).ifPresent(s -> ways.put(table, new Way(false, onAView(s))));
    }
    Played played = play(ways, statements);
    for (Map.Entry<String, Way> way : List.copyOf(ways.entrySet())) {
      if (way.getValue().facade() && !played.failures().isEmpty()) {
        Map<String, Way> other = new LinkedHashMap<>(ways);
        other.put(way.getKey(), new Way(false, ""));
        Played inStep = play(other, statements);
        if (inStep.betterThan(played)) {
          ways.put(way.getKey(), new Way(false, "on a facade " + played.curedBy(inStep)));
          played = inStep;
        }
      }
    }
    return because(
        ways, "it copies nothing, and %d known statements work on it".formatted(statements.size()));
  }

  /// A facade that nothing was tried on is taken only where columns cannot be.
  private Map<String, Way> unproved(String why, Map<String, Way> chosen) {
    Map<String, Way> ways = new LinkedHashMap<>(chosen);
    for (Group.Either either : eithers()) {
      if (chosen.getOrDefault(either.table(), new Way(true, "")).facade()) {
        ways.put(
            either.table(),
            bearsColumns(either)
                ? new Way(false, "a facade is not proved: " + why)
                : new Way(true, "columns in step do not serve, though " + why));
      }
    }
    return ways;
  }

  /// What the server counted may have been sent by hand, long ago; what a file lists is sent.
  private static Optional<AppStatement> noViewTakes(KnownStatements known, String table) {
    return known.thatNoViewTakes(List.of(table)).stream()
        .filter(statement -> statement.calls() == null)
        .findFirst();
  }

  private static String onAView(AppStatement statement) {
    return "no view takes " + statement.shown();
  }

  private Played play(Map<String, Way> ways, List<AppStatement> statements) throws SQLException {
    Predicate<String> facade = table -> ways.getOrDefault(table, new Way(true, "")).facade();
    Map<Object, String> failures = new LinkedHashMap<>();
    try {
      new Theatre(site, copy -> Composition.by(copy, groups, facade), Step::needed)
          .play(statements)
          .failures()
          .forEach(f -> failures.put(f.statement() + f.state(), fails(f)));
    } catch (SchemaCopy.StepFailedException e) {
      failures.put(e.getMessage(), e.getMessage());
    }
    return new Played(failures);
  }

  private static String fails(Performance.Failure failure) {
    return "this fails %s: %s: %s"
        .formatted(failure.state(), failure.statement().shown(), failure.trouble());
  }
}
