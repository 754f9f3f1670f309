package dev.segue.conductor;

import java.util.List;
import java.util.ServiceLoader;

/// Everything a run needs that is neither the change nor its journal.
///
/// @param by who runs it, `ana@laptop`, for the journal
/// @param version Segue's own
public record Surroundings(
    Workspace workspace,
    List<Capability> capabilities,
    Time time,
    Listener listener,
    String by,
    String version) {

  public Surroundings {
    capabilities = List.copyOf(capabilities);
  }

  /// The capabilities on the class path.
  public static List<Capability> installed() {
    return ServiceLoader.load(Capability.class).stream().map(ServiceLoader.Provider::get).toList();
  }
}
