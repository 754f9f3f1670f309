package dev.segue.backfill;

import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// A kind of store that can be looked at before and after its data gets a new form. Found by
/// [ServiceLoader]; carrying it out is a step of a change like any other.
public interface Store {

  boolean holds(Backfill backfill);

  /// Reads at most.
  Stats stats(Change change, Workspace workspace, Backfill backfill, Looking looking);

  /// Reads at most.
  Verification verify(Change change, Workspace workspace, Backfill backfill, Looking looking);

  /// Tries those alone that failed, and takes off the list what is as it should be now. The run
  /// they belong to has done the rest.
  ///
  /// @return the figures of a backfill's step
  Facts again(StepContext context, Change change, Workspace workspace, Backfill backfill);

  /// The one that holds this backfill.
  static Store of(Backfill backfill) {
    return ServiceLoader.load(Store.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(store -> store.holds(backfill))
        .findFirst()
        .orElseThrow();
  }

  /// How closely it is looked at.
  ///
  /// @param sample at most so many items; 0: all
  /// @param run whose kept values are compared with; empty: none, only the forms are
  record Looking(long sample, Optional<String> run, Progress progress) {}

  /// Where a long look says how far it is.
  @FunctionalInterface
  interface Progress {
    /// @param done 0 to 1, or NaN when it cannot be said
    void at(String what, double done);
  }

  /// What there is, before anything is done.
  ///
  /// @param items that the backfill is about, counted or estimated
  /// @param looked how many of them were looked at
  /// @param todo of those, in an old form
  /// @param failing of those, that could not be converted
  /// @param forms by field
  /// @param seconds the whole would take at the pace of the file, from a timed sample
  /// @param bytes of memory or disk that it needs until `finish`
  /// @param keep where old values would be kept, in words
  /// @param notes for people: what else was seen, such as the mark of another tool
  record Stats(
      long items,
      boolean estimated,
      long looked,
      long todo,
      long failing,
      List<FormCount> forms,
      double seconds,
      long bytes,
      String keep,
      List<String> notes) {}

  /// @param example one value of this form
  record FormCount(String field, String form, long count, String example, boolean convertible) {}

  /// What there is, afterwards.
  ///
  /// @param looked items that were asked for
  /// @param compared of those, what could be judged: they were there, of the right kind, and where
  ///   values were asked for, the old one is kept or the form is still the old one
  /// @param since items that somebody else wrote after the run, in the new form, counted apart from
  ///   those that are `different`; 0 where such items are not compared
  /// @param left items still in an old form
  /// @param listed of those `left`, the ones that the run has listed as impossible to convert;
  ///   null: the store does not say
  /// @param mismatches at most a thousand of those that are different; `different` counts all
  /// @param written the same of those written since; `expected` is what the run had made of them
  record Verification(
      long items,
      long looked,
      long compared,
      long different,
      long since,
      long left,
      @Nullable Long listed,
      List<Mismatch> mismatches,
      List<Mismatch> written) {

    /// Of a store that leaves to its writer what was written since.
    public Verification(
        long items, long looked, long different, long left, List<Mismatch> mismatches) {
      this(items, looked, looked, different, 0, left, null, mismatches, List.of());
    }

    /// Whether some were not looked at.
    public boolean sampled() {
      return looked < items;
    }
  }

  /// Of long values the part where they begin to differ.
  ///
  /// @param item a key, a row's key
  record Mismatch(String item, String field, String found, String expected) {
    public Mismatch {
      int apart = 0;
      while (apart < Math.min(found.length(), expected.length())
          && found.charAt(apart) == expected.charAt(apart)) {
        apart++;
      }
      int from = Math.max(0, apart - Failures.LONGEST_VALUE / 2);
      found = Excerpt.of(found, from, Failures.LONGEST_VALUE);
      expected = Excerpt.of(expected, from, Failures.LONGEST_VALUE);
    }
  }
}
