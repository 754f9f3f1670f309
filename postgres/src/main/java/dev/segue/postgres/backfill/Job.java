package dev.segue.postgres.backfill;

import dev.segue.postgres.online.Site;
import java.util.Optional;

/// A copying, whoever does it.
///
/// @param step whose position it is
/// @param doing in words: `copying`
/// @param quietly whether users' triggers are kept from firing, where the role may do that
/// @param bad what happens to rows that cannot be done; empty: the first one ends it
record Job(
    Site site,
    String step,
    String doing,
    Work work,
    Terms terms,
    boolean quietly,
    Optional<BadRows> bad) {

  /// In words, of a pass.
  String doing(int pass) {
    return pass == 1 ? doing : "looking for rows left behind, pass " + pass;
  }

  long failed() {
    return bad.map(BadRows::count).orElse(0L);
  }
}
