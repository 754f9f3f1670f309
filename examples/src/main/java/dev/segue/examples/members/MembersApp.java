package dev.segue.examples.members;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The application as a process: `members --version old|new --port N`, with the database in
/// `DATABASE_URL`. On SIGTERM it stops accepting, finishes what is in flight and ends.
public final class MembersApp {

  private static final String USAGE =
      """
      usage: members --version old|new --port N [--fail-after 200|3s]

        --version     which column name it uses
        --port        where it listens, on 127.0.0.1
        --fail-after  serve well for so many requests, or so long after the first, then answer 500

      DATABASE_URL says where its database is: postgres://user:password@host:port/database\
      """;
  private static final Duration FINISH = Duration.ofMillis(1_500);
  // Held, because java.util.logging forgets the level of a logger that nobody refers to.
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  private MembersApp() {}

  public static void main(String[] args) {
    try {
      Arguments arguments = Arguments.parse(args);
      Server server = start(arguments, databaseUrl());
      System.out.println(
          "members " + arguments.version().label() + " listens on " + server.getURI());
    } catch (IllegalArgumentException e) {
      System.err.println("members: " + e.getMessage() + "\n\n" + USAGE);
      System.exit(2);
    } catch (Exception e) {
      System.err.println("members: " + e.getMessage());
      System.exit(1);
    }
  }

  private record Arguments(Version version, int port, FailAfter fault) {

    static Arguments parse(String[] args) {
      Version version = null;
      int port = 0;
      FailAfter fault = FailAfter.never();
      for (int i = 0; i < args.length; i += 2) {
        if (i + 1 == args.length) {
          throw new IllegalArgumentException("'" + args[i] + "' takes a value");
        }
        String value = args[i + 1];
        switch (args[i]) {
          case "--version" -> version = Version.labelled(value);
          case "--port" -> port = port(value);
          case "--fail-after" -> fault = FailAfter.parse(value);
          default -> throw new IllegalArgumentException("'" + args[i] + "' is no option");
        }
      }
      if (version == null || port == 0) {
        throw new IllegalArgumentException("--version and --port are needed");
      }
      return new Arguments(version, port, fault);
    }

    private static int port(String text) {
      if (!text.matches("[1-9]\\d{0,4}")) {
        throw new IllegalArgumentException("--port takes a number, not '" + text + "'");
      }
      return Integer.parseInt(text);
    }
  }

  private static URI databaseUrl() {
    String url = System.getenv("DATABASE_URL");
    if (url == null || url.isEmpty()) {
      throw new IllegalArgumentException("DATABASE_URL is not set");
    }
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      // Its message would show the password.
      throw new IllegalArgumentException("DATABASE_URL is no URL: " + e.getReason(), null);
    }
  }

  private static Server start(Arguments arguments, URI databaseUrl) throws Exception {
    JETTY.setLevel(Level.WARNING);
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    Server server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(arguments.port());
    server.addConnector(connector);
    Version version = arguments.version();
    Pool pool = new Pool(databaseUrl, "members " + version.label());
    server.setHandler(
        new GracefulHandler(
            new MembersHandler(version, new People(pool, version), arguments.fault())));
    server.setStopTimeout(FINISH.toMillis());
    server.setStopAtShutdown(true);
    server.start();
    return server;
  }
}
