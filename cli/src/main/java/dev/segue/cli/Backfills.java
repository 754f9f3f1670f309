package dev.segue.cli;

import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The backfills of a change file that a command is about.
record Backfills(Path file, Change change) {

  /// @param name of one; null: all
  List<Backfill> chosen(@Nullable String name) {
    List<Backfill> all = change.data().backfills();
    if (all.isEmpty()) {
      throw new SegueException(
          Kind.USER,
          "no-backfill",
          file + " has no 'backfill'",
          "docs/reference/change-file.md shows what one looks like.");
    }
    if (name == null) {
      return all;
    }
    return List.of(
        Backfill.named(all, name)
            .orElseThrow(() ->
                new SegueException(
                    Kind.USER,
                    "no-backfill",
                    file + " has no backfill '" + name + "'",
                    "It has: " + String.join(", ", all.stream().map(Backfill::name).toList()))));
  }

  /// @throws SegueException USER `not-only-data` where the change is about more than these
  void requireNothingElse(String instead) {
    List<String> more = new ArrayList<>();
    if (!change.schema().isEmpty()) {
      more.add("schema");
    }
    if (!change.data().indexes().isEmpty()) {
      more.add("redis-indexes");
    }
    if (change.deploy() != null) {
      more.add("deploy");
    }
    if (!more.isEmpty()) {
      throw new SegueException(
          Kind.USER,
          "not-only-data",
          file + " changes more than data: " + String.join(", ", more),
          instead + " " + file + "   carries the backfill out as a step of the whole");
    }
  }
}
