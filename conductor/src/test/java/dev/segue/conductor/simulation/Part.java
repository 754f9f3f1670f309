package dev.segue.conductor.simulation;

import dev.segue.conductor.Stage;

/// What a simulated change is made of, in the order of the plan. The watch between [#VERIFY] and
/// [#SETTLE] and the gates before everything are the conductor's own.
enum Part {
  BACKUP(Stage.BACKUP, Kind.FILE),
  EXPAND(Stage.EXPAND, Kind.DATABASE),
  EXPAND_MORE(Stage.EXPAND, Kind.DATABASE),
  START(Stage.START, Kind.PROCESS),
  SWITCH(Stage.SWITCH, Kind.ROUTER),
  DRAIN(Stage.DRAIN, Kind.LOOK),
  VERIFY(Stage.VERIFY, Kind.LOOK),
  SETTLE(Stage.SETTLE, Kind.ROUTER),
  RETIRE(Stage.RETIRE, Kind.PROCESS),
  CONTRACT(Stage.CONTRACT, Kind.DATABASE);

  /// How an effect reaches the world, and with that who refuses a conductor that was superseded.
  enum Kind {
    /// One transaction, which compares the epoch; all of it or nothing.
    DATABASE,
    /// One order, which carries the epoch.
    ROUTER,
    /// May stop half-way. The lease is asked right before.
    PROCESS,
    /// As a process, but stays on a way back.
    FILE,
    /// Leaves nothing.
    LOOK
  }

  private final Stage stage;
  private final Kind kind;

  Part(Stage stage, Kind kind) {
    this.stage = stage;
    this.kind = kind;
  }

  String id() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  Stage stage() {
    return stage;
  }

  Kind kind() {
    return kind;
  }

  /// Whether its effect outlives a way back on purpose.
  boolean stays() {
    return this == BACKUP || this == SETTLE;
  }
}
