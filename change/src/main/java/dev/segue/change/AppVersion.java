package dev.segue.change;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// One version of the application: how it is started, where it listens, how it is stopped.
///
/// @param command one command for `sh`, run with `exec` so that signals reach the program itself
/// @param host where it is reached (default 127.0.0.1)
/// @param dir its working directory; relative to the change file
/// @param env set for the process besides what it inherits; values may be secret and never print
/// @param stop how long it may take to end after SIGTERM
/// @param kill whether SIGKILL may follow when it does not
public record AppVersion(
    String command,
    String host,
    int port,
    Path dir,
    Map<String, Secret> env,
    Duration stop,
    boolean kill) {

  public AppVersion {
    env = Map.copyOf(env);
  }
}
