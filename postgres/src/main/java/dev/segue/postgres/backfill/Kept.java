package dev.segue.postgres.backfill;

/// A copying that keeps what it overwrites.
sealed interface Kept extends Work permits Aside.Keeps, Beside.Keeps {

  Writes writes();

  /// The same, of another copying.
  Kept over(Copying other);

  @Override
  default String table() {
    return writes().table();
  }

  @Override
  default String todo() {
    return writes().todo();
  }

  @Override
  default String analyzed() {
    return writes().analyzed();
  }
}
