package dev.segue.conductor.shelf;

import dev.segue.conductor.Private;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The directory where backups stand: each in a directory of its own, which has the ending
/// `.partial` until it is whole, verified and on the disk.
///
/// Several changes, and one change to several databases, may share it: whose a backup is, is read
/// from inside.
///
/// @param <L> what a backup says of itself
public final class Shelf<L extends Label> {

  private static final String PARTIAL = ".partial";
  private static final String ORIGIN = "origin";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'Z'").withZone(ZoneOffset.UTC);

  /// A whole backup.
  public record Stored<L extends Label>(Path path, L label) {}

  private final Path place;
  private final String change;
  private final String origin;
  private final String ending;
  private final Function<Path, L> reading;
  private final Pattern names;

  /// @param change whose backups these are
  /// @param origin the store they are taken from
  /// @param ending of their directories' names, which tells kinds of backups apart
  /// @param reading reads a label
  public Shelf(Path place, String change, String origin, String ending, Function<Path, L> reading) {
    this.place = place;
    this.change = change;
    this.origin = origin;
    this.ending = ending;
    this.reading = reading;
    this.names = Pattern.compile(Pattern.quote(change) + "-\\d{8}-\\d{6}Z" + Pattern.quote(ending));
  }

  /// A new directory to write into.
  public Path begin(Instant now) throws IOException {
    Private.createDirectories(place);
    for (Path left : partials()) {
      removePartial(left);
    }
    Path partial = place.resolve(change + "-" + STAMP.format(now) + ending + PARTIAL);
    Private.createDirectory(partial);
    Private.write(partial.resolve(ORIGIN), origin.getBytes(StandardCharsets.UTF_8));
    return partial;
  }

  /// From here on it counts.
  public Path finish(Path partial) throws IOException {
    for (Path file : list(partial)) {
      Private.force(file);
    }
    Private.force(partial);
    Path whole = whole(partial);
    Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
    Private.force(place);
    return whole;
  }

  public static Path whole(Path partial) {
    String name = partial.getFileName().toString();
    return partial.resolveSibling(name.substring(0, name.length() - PARTIAL.length()));
  }

  public Optional<Stored<L>> of(String run) throws IOException {
    return stored().stream().filter(s -> s.label().run().equals(run)).findFirst();
  }

  /// Unfinished ones of this change on this database, whose makers are dead: a change has one
  /// conductor.
  public List<Path> partials() throws IOException {
    List<Path> partials = new ArrayList<>();
    for (Path path : list(place)) {
      String name = path.getFileName().toString();
      Path whose = path.resolve(ORIGIN);
      if (name.endsWith(PARTIAL)
          && names.matcher(whole(path).getFileName().toString()).matches()
          && (!Files.exists(whose) || Files.readString(whose).equals(origin))) {
        partials.add(path);
      }
    }
    return partials;
  }

  /// Whole ones of this change on this database, the newest first.
  private List<Stored<L>> stored() throws IOException {
    List<Stored<L>> stored = new ArrayList<>();
    for (Path path : list(place)) {
      if (names.matcher(path.getFileName().toString()).matches()
          && Files.isRegularFile(path.resolve(Label.NAME))) {
        L label = reading.apply(path);
        if (label.change().equals(change) && label.origin().equals(origin)) {
          stored.add(new Stored<>(path, label));
        }
      }
    }
    stored.sort(Comparator.comparing((Stored<L> s) -> s.label().takenAt()).reversed());
    return stored;
  }

  /// Removes all but the newest. Only files that the label names go; the label goes last.
  ///
  /// @return how many went
  public int retain(int keep) throws IOException {
    List<Stored<L>> old = stored().stream().skip(keep).toList();
    for (Stored<L> backup : old) {
      for (StoredFile file : backup.label().files()) {
        Files.deleteIfExists(backup.path().resolve(file.name()));
      }
      Files.deleteIfExists(backup.path().resolve(ORIGIN));
      Files.deleteIfExists(backup.path().resolve(Label.NAME));
      // Where somebody keeps something of their own there, that stays.
      if (list(backup.path()).isEmpty()) {
        Files.deleteIfExists(backup.path());
      }
    }
    return old.size();
  }

  public void removePartial(Path partial) throws IOException {
    for (Path file : list(partial)) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(partial);
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      List<Path> all = new ArrayList<>();
      entries.forEach(all::add);
      all.sort(Comparator.naturalOrder());
      return all;
    }
  }
}
