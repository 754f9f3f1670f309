package dev.segue.conductor;

import dev.segue.change.Change;
import dev.segue.watch.Source;
import java.util.List;

/// What a module brings to a change. Found by [java.util.ServiceLoader], so that a team can add its
/// own in a jar.
public interface Capability {

  /// What must be asked before this change.
  List<GateCheck> gates(Change change, Workspace workspace);

  /// The steps this change needs from this module, in any order; the plan sorts them by stage and
  /// keeps this order within one.
  List<Step> steps(Change change, Workspace workspace);

  /// Figures this module can read while the change is watched.
  List<Source> sources(Change change, Workspace workspace);
}
