package dev.segue.postgres.operation;

import dev.segue.conductor.Step;
import dev.segue.postgres.online.Site;
import java.sql.SQLException;
import java.util.List;

/// One operation of a change: what is asked before, and the steps.
interface Undertaking {

  /// In the order in which they are carried out within their stages.
  List<Step> steps(Site site);

  /// Tells the inquiry what is in the way of it.
  void ask(Inquiry inquiry) throws SQLException;
}
