package dev.segue.delivery.proxy;

import dev.segue.change.SegueException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The router as a program: `--state DIR --host HOST --port PORT [--standby]`.
public final class ProxyMain {

  private ProxyMain() {}

  public static void main(String[] args) throws InterruptedException {
    try {
      List<String> words = List.of(args);
      run(settings(words), words.contains("--standby"));
    } catch (SegueException e) {
      System.err.println("segue proxy: " + e.getMessage());
      System.exit(1);
    }
  }

  /// Serves until it is told to stop: by the control address, or by a signal, which lets requests
  /// in flight end.
  ///
  /// @param standby serves only after the router that serves now has died
  public static void run(ProxyServer.Settings settings, boolean standby)
      throws InterruptedException {
    String command = System.getenv(Standby.COMMAND);
    ProxyServer.Settings kept = settings.withStandby(Standby.NONE.equals(command) ? null : command);
    Optional<ProxyServer> server =
        standby ? ProxyServer.standBy(kept) : Optional.of(ProxyServer.start(kept));
    if (server.isPresent()) {
      Runtime.getRuntime().addShutdownHook(new Thread(server.get()::close, "stop"));
      server.get().join();
    }
  }

  private static ProxyServer.Settings settings(List<String> args) {
    return ProxyServer.Settings.of(
        Path.of(value(args, "--state")),
        value(args, "--host"),
        Integer.parseInt(value(args, "--port")));
  }

  private static String value(List<String> args, String name) {
    int at = args.indexOf(name);
    if (at < 0 || at + 1 == args.size()) {
      throw new SegueException(SegueException.Kind.USER, "usage", name + " is missing", null);
    }
    return args.get(at + 1);
  }
}
