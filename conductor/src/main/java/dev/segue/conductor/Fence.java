package dev.segue.conductor;

import java.sql.Connection;
import java.sql.SQLException;

/// The growing number that tells this conductor from every earlier one.
///
/// Thread-safe.
public interface Fence {

  /// Grows with every takeover of the change; the other side refuses a smaller one than it has
  /// seen.
  long epoch();

  /// Asserts, inside the caller's open transaction, that no later conductor has taken over, and
  /// keeps it so until that transaction ends. Does nothing where the journal lives elsewhere.
  ///
  /// @param connection to the target database, autocommit off
  /// @throws FencedException when another conductor has taken over; nothing may be committed
  void check(Connection connection) throws SQLException;

  /// The same for effects outside a database, as near before the effect as possible.
  void check();
}
