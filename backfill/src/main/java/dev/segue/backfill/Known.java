package dev.segue.backfill;

/// Which items have been seen, in sixteen bytes each, however long they are: by a number made of
/// their text. That two of a million have the same one is to be expected once in 37 million runs
/// with so many. Not for several threads.
final class Known {

  /// Of more than so many, those that come later are counted each time they come.
  static final int MOST = 1 << 23;

  private static final int LEAST_PLACES = 1 << 10;

  /// Zero: a free place. At most half of them are taken; what has no free place goes to the next.
  private long[] places = new long[LEAST_PLACES];

  private int remembered;
  private long beyond;

  /// @return whether it is new
  boolean add(String item) {
    int place = place(places, number(item));
    if (places[place] != 0) {
      return false;
    }
    if (remembered == MOST) {
      beyond++;
      return true;
    }
    places[place] = number(item);
    remembered++;
    if (remembered > places.length / 2) {
      grow();
    }
    return true;
  }

  boolean holds(String item) {
    return places[place(places, number(item))] != 0;
  }

  long count() {
    return remembered + beyond;
  }

  /// What is kept of them in memory.
  long bytes() {
    return (long) places.length * Long.BYTES;
  }

  private void grow() {
    long[] more = new long[places.length * 2];
    for (long number : places) {
      if (number != 0) {
        more[place(more, number)] = number;
      }
    }
    places = more;
  }

  /// Where a number is, or belongs.
  private static int place(long[] places, long number) {
    int last = places.length - 1;
    int place = (int) number & last;
    while (places[place] != 0 && places[place] != number) {
      place = (place + 1) & last;
    }
    return place;
  }

  /// Every bit of it depends on every character.
  private static long number(String item) {
    long number = item.length();
    for (int i = 0; i < item.length(); i++) {
      number = mixed(number ^ item.charAt(i));
    }
    return number == 0 ? 1 : number;
  }

  /// As SplitMix64 does; of two different numbers it makes two different ones.
  private static long mixed(long number) {
    long mixed = number + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
