package dev.segue.delivery.proxy;

import dev.segue.change.SegueException;
import java.nio.file.Path;
import java.util.List;

/// The router as a program: `--state DIR --host HOST --port PORT`.
public final class ProxyMain {

  private ProxyMain() {}

  public static void main(String[] args) throws InterruptedException {
    try {
      run(settings(List.of(args)));
    } catch (SegueException e) {
      System.err.println("segue proxy: " + e.getMessage());
      System.exit(1);
    }
  }

  /// Serves until it is told to stop: by the control address, or by a signal, which lets requests
  /// in flight end.
  public static void run(ProxyServer.Settings settings) throws InterruptedException {
    ProxyServer server = ProxyServer.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
    server.join();
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
