package dev.segue.cli;

import dev.segue.delivery.proxy.ProxyMain;
import dev.segue.delivery.proxy.ProxyServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `segue proxy`: the router's own process.
@Command(
    name = "proxy",
    description = {
      "Runs the router in the foreground: users come to it, it sends each request to the version"
          + " that serves. 'segue run' and 'segue up' start it when it is not running; run it yourself,"
          + " under systemd say, to own its life. Its state is on disk: a restart goes on as before.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  segue proxy --port 8080 --state .segue"})
final class ProxyCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      required = true,
      description = "The port users come to.")
  private int port;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "The address it binds to (${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      required = true,
      description = "Where its state is kept.")
  private Path state;

  @Option(names = "--standby", hidden = true, description = "Serves after the router has died.")
  private boolean standby;

  @Override
  public Integer call() throws InterruptedException {
    segue.terminal().out().println("router: " + host + ":" + port + ", state in " + state);
    ProxyMain.run(ProxyServer.Settings.of(state.toAbsolutePath(), host, port), standby);
    return Exit.DONE.code();
  }
}
