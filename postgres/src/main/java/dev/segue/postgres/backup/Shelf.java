package dev.segue.postgres.backup;

import java.io.IOException;
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
import java.util.regex.Pattern;

/// The directory where backups stand: each in a directory of its own, which has the ending
/// `.partial` until it is whole, verified and on the disk.
///
/// Several changes, and one change to several databases, may share it: whose a backup is, is read
/// from inside.
final class Shelf {

  private static final String PARTIAL = ".partial";
  private static final String ORIGIN = "origin";

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'Z'").withZone(ZoneOffset.UTC);

  /// A whole backup.
  record Stored(Path path, Manifest manifest) {}

  private final Job job;
  private final Path place;
  private final Pattern names;

  Shelf(Job job) {
    this.job = job;
    this.place = job.settings().to();
    this.names = Pattern.compile(Pattern.quote(job.change()) + "-\\d{8}-\\d{6}Z");
  }

  /// A new directory to write into.
  Path begin(Instant now) throws IOException {
    Private.createDirectories(place);
    for (Path left : partials()) {
      removePartial(left);
    }
    Path partial = place.resolve(job.change() + "-" + STAMP.format(now) + PARTIAL);
    Private.createDirectory(partial);
    Private.write(
        partial.resolve(ORIGIN), job.origin().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return partial;
  }

  /// From here on it counts.
  Path finish(Path partial) throws IOException {
    for (Path file : list(partial)) {
      Private.force(file);
    }
    Private.force(partial);
    Path whole = whole(partial);
    Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE);
    Private.force(place);
    return whole;
  }

  static Path whole(Path partial) {
    String name = partial.getFileName().toString();
    return partial.resolveSibling(name.substring(0, name.length() - PARTIAL.length()));
  }

  Optional<Stored> of(String run) throws IOException {
    return stored().stream().filter(s -> s.manifest().run().equals(run)).findFirst();
  }

  /// Unfinished ones of this change on this database, whose makers are dead: a change has one
  /// conductor.
  List<Path> partials() throws IOException {
    List<Path> partials = new ArrayList<>();
    for (Path path : list(place)) {
      String name = path.getFileName().toString();
      Path origin = path.resolve(ORIGIN);
      if (name.endsWith(PARTIAL)
          && names.matcher(whole(path).getFileName().toString()).matches()
          && (!Files.exists(origin) || Files.readString(origin).equals(job.origin()))) {
        partials.add(path);
      }
    }
    return partials;
  }

  /// Whole ones of this change on this database, the newest first.
  private List<Stored> stored() throws IOException {
    List<Stored> stored = new ArrayList<>();
    for (Path path : list(place)) {
      if (names.matcher(path.getFileName().toString()).matches()
          && Files.isRegularFile(path.resolve(Manifest.NAME))) {
        Manifest manifest = Manifest.read(path);
        if (manifest.change().equals(job.change()) && manifest.origin().equals(job.origin())) {
          stored.add(new Stored(path, manifest));
        }
      }
    }
    stored.sort(Comparator.comparing((Stored s) -> s.manifest().takenAt()).reversed());
    return stored;
  }

  /// Removes all but the newest. Only files that the manifest names go; the manifest goes last.
  ///
  /// @return how many went
  int retain(int keep) throws IOException {
    List<Stored> old = stored().stream().skip(keep).toList();
    for (Stored backup : old) {
      for (StoredFile file : backup.manifest().files()) {
        Files.deleteIfExists(backup.path().resolve(file.name()));
      }
      Files.deleteIfExists(backup.path().resolve(ORIGIN));
      Files.deleteIfExists(backup.path().resolve(Manifest.NAME));
      // Where somebody keeps something of their own there, that stays.
      if (list(backup.path()).isEmpty()) {
        Files.deleteIfExists(backup.path());
      }
    }
    return old.size();
  }

  void removePartial(Path partial) throws IOException {
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
