package dev.segue.postgres.online;

import dev.segue.conductor.Stage;
import java.sql.Connection;
import java.sql.SQLException;

/// A part of a change that is more than one transaction: an index built concurrently, a constraint
/// that is validated.
///
/// @param id the step's, unique in the change
/// @param title a short sentence without a full stop: what it does
/// @param plotter makes its course from the catalogue as it is before; reads at most
/// @param perhaps a run needs it only where its course has pieces
/// @param aboutTheWayBack for the plan
public record Journey(
    String id,
    Stage stage,
    String title,
    Plotter plotter,
    boolean perhaps,
    String aboutTheWayBack) {

  /// Makes a course.
  @FunctionalInterface
  public interface Plotter {
    /// @throws dev.segue.change.SegueException USER, with the place in the file, where the change
    ///   asks for something that cannot be
    Course plot(Connection connection) throws SQLException;
  }

  public static Journey expanding(String id, String title, Plotter plotter) {
    return new Journey(id, Stage.EXPAND, title, plotter, false, "Undone in the same manner");
  }

  public static Journey contracting(String id, String title, Plotter plotter) {
    return new Journey(id, Stage.CONTRACT, title, plotter, false, "Cannot be taken back");
  }

  public Journey whereNeeded() {
    return new Journey(id, stage, title, plotter, true, aboutTheWayBack);
  }

  /// @param words what is particular about the way back
  public Journey goingBack(String words) {
    return new Journey(id, stage, title, plotter, perhaps, words);
  }
}
