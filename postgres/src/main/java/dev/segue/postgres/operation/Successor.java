package dev.segue.postgres.operation;

import dev.segue.conductor.Step;
import dev.segue.postgres.online.Course;
import dev.segue.postgres.online.Journey;
import dev.segue.postgres.online.JourneyStep;
import dev.segue.postgres.online.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A new object beside the one that it replaces, which goes in the contract.
///
/// @param kind as SQL calls it, in small letters
/// @param replaces null: it is the first of its kind
record Successor(String kind, String name, @Nullable String replaces) {

  /// Makes the course by which the replaced one goes.
  @FunctionalInterface
  interface Dropping {
    Course plot(Connection connection, String replaced) throws SQLException;
  }

  List<Step> steps(Site site, Journey.Plotter created, Dropping dropped) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        new JourneyStep(
            site,
            Journey.expanding(
                "create-" + kind + "-" + name, "Create " + kind + " " + name, created)));
    String replaced = replaces;
    if (replaced != null) {
      steps.add(
          new JourneyStep(
              site,
              Journey.contracting(
                  "drop-" + kind + "-" + replaced,
                  "Drop " + kind + " " + replaced,
                  connection -> dropped.plot(connection, replaced))));
    }
    return List.copyOf(steps);
  }
}
