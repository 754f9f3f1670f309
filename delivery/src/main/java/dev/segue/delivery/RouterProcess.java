package dev.segue.delivery;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.delivery.process.AppProcess;
import dev.segue.delivery.process.Port;
import dev.segue.delivery.process.Waiting;
import dev.segue.delivery.proxy.ProxyMain;
import dev.segue.delivery.proxy.ProxyRouter;
import dev.segue.delivery.proxy.Standby;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The router's process: found, or started so that it outlives whoever starts it.
final class RouterProcess {

  private static final Duration UP = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Site site;
  private final Port entrance;

  RouterProcess(Site site) {
    this.site = site;
    this.entrance = site.entrance();
  }

  AppProcess process() {
    return Standby.router(command(), site.workspace().changeDirectory(), site.workspace().state());
  }

  AppProcess standby() {
    return Standby.process(
        standbyCommand(), site.workspace().changeDirectory(), site.workspace().state());
  }

  /// Stops both; requests in flight end first. The standby goes first: it may be about to be the
  /// router, and a router that is told to stop starts no other.
  void stop(Waiting waiting) {
    standby().stop(waiting);
    process().stop(waiting);
  }

  private boolean runs() {
    return Standby.someoneRuns(site.workspace().state());
  }

  private String standbyCommand() {
    return command() + " --standby";
  }

  /// What starts it, for a shell.
  String command() {
    List<String> arguments =
        List.of(
            "--state",
            site.workspace().state().toAbsolutePath().toString(),
            "--host",
            entrance.host(),
            "--port",
            Integer.toString(entrance.number()));
    return launcher()
        + " "
        + arguments.stream().map(RouterProcess::quoted).collect(Collectors.joining(" "));
  }

  private String launcher() {
    String segue = site.workspace().environment().get("SEGUE_COMMAND");
    if (segue != null) {
      return (Files.exists(Path.of(segue)) ? quoted(segue) : segue) + " proxy";
    }
    String java = ProcessHandle.current().info().command().orElse("java");
    return "%s -XX:+UseSerialGC -Xms16m -Xmx512m -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED -cp %s %s"
        .formatted(
            quoted(java), quoted(System.getProperty("java.class.path")), ProxyMain.class.getName());
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /// Has the router stand where the change file wants it.
  ProxyRouter up(Waiting waiting) {
    ProxyRouter router = site.router();
    String listening = router.listening().orElseGet(() -> start(router, waiting));
    if (!listening.equals(entrance.toString())) {
      throw new SegueException(
          Kind.REFUSED,
          "router-elsewhere",
          "The router of this state directory listens on %s, and the change file says %s"
              .formatted(listening, entrance),
          "Keep deploy.router.proxy.listen as it was, or stop the router and run again.");
    }
    return router;
  }

  private String start(ProxyRouter router, Waiting waiting) {
    AppProcess process = process();
    if (!runs()) {
      if (!entrance.isFree()) {
        throw new SegueException(
            Kind.RESOURCES,
            "port-taken",
            "The router cannot listen on " + entrance + ": it is held by " + entrance.holder(),
            "Stop that process, or choose another port in deploy.router.proxy.listen.");
      }
      process.start(
          Map.of(
              Standby.COMMAND,
              Standby.NONE.equals(site.workspace().environment().get(Standby.COMMAND))
                  ? Standby.NONE
                  : standbyCommand()));
    }
    boolean up =
        waiting.until(
            () -> {
              if (!runs()) {
                throw process.ended();
              }
              return router.listening().isPresent();
            },
            UP,
            LOOK);
    Optional<String> listening = up ? router.listening() : Optional.empty();
    return listening.orElseThrow(() ->
        new SegueException(
            Kind.EXTERNAL,
            "router-down",
            "The router was started and does not answer; its last lines:\n" + process.lastLines(),
            "The whole log is in " + process.log()));
  }
}
