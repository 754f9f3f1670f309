package dev.segue.conductor.shelf;

import java.time.Instant;
import java.util.List;

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
}
