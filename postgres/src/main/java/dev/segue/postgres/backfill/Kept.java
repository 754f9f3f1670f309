package dev.segue.postgres.backfill;

/// A copying that keeps what it overwrites.
sealed interface Kept extends Work permits Aside.Keeps, Beside.Keeps {

  /// The same, of another copying.
  Kept over(Copying other);
}
