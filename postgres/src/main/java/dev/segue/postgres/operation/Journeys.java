package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation.When;
import dev.segue.postgres.online.Journey;

/// Journeys whose time the change file says.
final class Journeys {

  private Journeys() {}

  static Journey at(When when, String id, String title, Journey.Plotter plotter) {
    return switch (when) {
      case EXPAND -> Journey.expanding(id, title, plotter);
      case CONTRACT -> Journey.contracting(id, title, plotter);
    };
  }
}
