package dev.segue.postgres.online;

import java.util.List;

/// What a [Journey] sends, one after the other, and what takes it back. It is made once, from the
/// catalogue as it was before, and kept beside its effect: whoever goes on after a crash goes on
/// with this, and every [Piece] says whether it is done.
///
/// @param there in the order in which they are sent
/// @param back in the order in which they are sent; each must do no harm where nothing is there
/// @param stands a query whose first value is true while the effect is there, whole
public record Course(List<Piece> there, List<Piece> back, String stands) {

  public Course {
    there = List.copyOf(there);
    back = List.copyOf(back);
  }

  /// One that cannot be taken back: of the contract.
  public static Course forGood(List<Piece> there, String stands) {
    return new Course(there, List.of(), stands);
  }
}
