package dev.segue.conductor.shelf;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What a backup says of itself, whatever it was taken of.
public interface Label {

  /// Its file in the backup's directory; written last.
  String NAME = "manifest.json";

  String change();

  String run();

  /// Names the store it was taken from, so that those of two in one directory stay apart.
  String origin();

  Instant takenAt();

  List<StoredFile> files();

  /// What was journaled.
  Map<String, Object> facts();

  /// As [#NAME] into the backup's directory.
  void write(Path directory);
}
