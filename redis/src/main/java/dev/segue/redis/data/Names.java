package dev.segue.redis.data;

import dev.segue.redis.wire.Raw;

/// What Segue calls its own keys and fields.
///
/// @param name of the backfill
record Names(String name) {

  /// No key that begins so is ever converted.
  static final String OWN = "segue:";

  private static final int SLOTS = 16_384;

  /// The field of a hash in which its old values are kept.
  String sibling() {
    return OWN + name;
  }

  String checkpoint(String what) {
    return OWN + what + ":" + name;
  }

  String fence() {
    return OWN + "fence:" + name;
  }

  String failed() {
    return OWN + "failed:" + name;
  }

  /// The hash in which a key's old value is kept: in the same slot of a cluster, so that one script
  /// may write both.
  String bucket(String key) {
    return bucket(Raw.slot(key));
  }

  String bucket(int slot) {
    return aside() + ":{" + Tags.OF_SLOT[slot] + "}";
  }

  /// For SCAN.
  String buckets() {
    return aside() + ":{*";
  }

  /// What their names begin with, which is enough for people.
  String aside() {
    return OWN + "kept:" + name;
  }

  /// A short text for each slot.
  private static final class Tags {

    static final String[] OF_SLOT = all();

    private static String[] all() {
      String[] tags = new String[SLOTS];
      int found = 0;
      for (int i = 0; found < SLOTS; i++) {
        String tag = Integer.toString(i, Character.MAX_RADIX);
        int slot = Raw.slot(tag);
        if (tags[slot] == null) {
          tags[slot] = tag;
          found++;
        }
      }
      return tags;
    }
  }
}
