package dev.segue.postgres.backup;

import dev.segue.change.PostgresBackup.Method;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;

/// How a backup is made, and why so.
sealed interface Way {

  /// For people: what the choice rests on.
  String why();

  /// The whole database, by pg_dump.
  record Dump(ClientTools tools, String why) implements Way {}

  /// The tables the change touches, by Segue itself.
  record Snapshot(String why) implements Way {}

  /// @param server its version, `18.6`
  /// @throws SegueException USER `client-tools-missing` where pg_dump is asked for and not at hand
  static Way choose(Job job, String server) {
    Method asked = job.settings().method();
    if (asked == Method.SNAPSHOT) {
      return new Snapshot("the change file asks for a snapshot");
    }
    ClientTools.Search search =
        ClientTools.find(job.settings().clientTools(), job.environment(), server);
    return switch (search) {
      case ClientTools.Search.Found(ClientTools tools) ->
          new Dump(
              tools,
              "pg_dump %s in %s serves for the server, %s"
                  .formatted(tools.version(), tools.directory(), server));
      case ClientTools.Search.None(String why) -> {
        if (asked == Method.PG_DUMP) {
          throw new SegueException(
              Kind.USER,
              "client-tools-missing",
              "The backup is to be made by pg_dump, but " + why,
              "Install the client tools of the server's version and name their directory in"
                  + " backup.postgres.client-tools, or set backup.postgres.with to snapshot.");
        }
        yield new Snapshot(why);
      }
    };
  }

  default String words() {
    return switch (this) {
      case Dump dump -> "pg_dump " + dump.tools().version();
      case Snapshot _ -> "snapshot";
    };
  }
}
