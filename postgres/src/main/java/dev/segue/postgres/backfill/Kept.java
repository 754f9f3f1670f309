package dev.segue.postgres.backfill;

/// A copying that keeps what it overwrites.
sealed interface Kept extends Work permits Aside.Keeps, Beside.Keeps {

  Copying copying();

  /// The same, of another copying.
  Kept over(Copying other);

  @Override
  default String table() {
    return copying().table();
  }

  @Override
  default String todo() {
    return copying().todo();
  }

  @Override
  default String analyzed() {
    return copying().analyzed();
  }
}
