package dev.segue.delivery.proxy;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Private;
import dev.segue.delivery.process.Port;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// The router process: users' requests on one port, conductors' orders on another, on the loopback.
///
/// One runs per state directory. What it was told last it does again after a restart.
public final class ProxyServer implements AutoCloseable {

  private static final Logger LOG = System.getLogger(ProxyServer.class.getName());
  private static final Duration CONTROL_IDLE = Duration.ofMillis(50);
  private static final Duration CONTROL_STOP = Duration.ofSeconds(1);
  private static final Duration BEYOND_SILENCE = Duration.ofSeconds(15);
  private static final Duration DYING = Duration.ofSeconds(10);
  private static final int BACKLOG = 4096;

  private final Settings settings;
  private final FileChannel lock;
  private final ScheduledExecutorService clock;
  private final Server control;
  private final Server traffic;
  private final ServerConnector users;
  private final @Nullable Standby standby;

  /// How a router is set up.
  ///
  /// @param port where users come to; 0 takes a free one
  /// @param connect how long a backend may take to accept a connection
  /// @param silence how long a backend may send nothing before the client gets a 504
  /// @param drain how long requests in flight may take to end when the router is stopped
  /// @param standby a command that starts the router's [Standby]; null for none
  public record Settings(
      Path state,
      String host,
      int port,
      Duration connect,
      Duration silence,
      Duration drain,
      @Nullable String standby) {

    public static Settings of(Path state, String host, int port) {
      return new Settings(
          state,
          host,
          port,
          Duration.ofSeconds(5),
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          null);
    }

    Settings draining(Duration time) {
      return new Settings(state, host, port, connect, silence, time, standby);
    }

    Settings withStandby(@Nullable String command) {
      return new Settings(state, host, port, connect, silence, drain, command);
    }
  }

  /// @param patience how long a port may still be held by a router that is just dying
  private ProxyServer(Settings settings, FileChannel lock, Duration patience) throws IOException {
    this.settings = settings;
    this.lock = lock;
    this.standby =
        settings.standby() == null ? null : new Standby(settings.standby(), settings.state());
    ProxyFile file = new ProxyFile(settings.state());
    ProxyFile.@Nullable Content earlier = file.read().orElse(null);
    String token = earlier == null ? newToken() : earlier.token();
    Switchboard switchboard = new Switchboard();
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("dead-man").factory());
    this.traffic = server("traffic", settings.drain());
    this.users = connector(traffic, settings.host(), settings.port(), userHttp());
    traffic.setHandler(new GracefulHandler(new TrafficHandler(switchboard, settings)));
    this.control = server("control", CONTROL_STOP);
    ServerConnector orders =
        connector(
            control, "127.0.0.1", earlier == null ? 0 : earlier.control(), new HttpConfiguration());
    orders.setShutdownIdleTimeout(CONTROL_IDLE.toMillis());
    open(users, patience);
    openWhereItWas(orders);
    ProxyFile.Content content =
        new ProxyFile.Content(
            ProcessHandle.current().pid(),
            settings.host() + ":" + users.getLocalPort(),
            orders.getLocalPort(),
            token,
            earlier == null ? Router.State.EMPTY : earlier.state());
    Director director = new Director(file, content, switchboard, clock);
    control.setHandler(new ControlHandler(director, switchboard, token, this::stopSoon));
    director.begin(earlier != null && content.isFoundBy(earlier));
  }

  /// Starts a router; it serves when this returns.
  ///
  /// @throws SegueException RESOURCES `port-taken`, REFUSED `router-runs`, EXTERNAL `router-state`
  public static ProxyServer start(Settings settings) {
    return start(settings, lock(settings.state()), Duration.ZERO);
  }

  /// Waits until the router of this state directory has died, and goes on from what it was told
  /// last. Empty when this process is not the one to take its place, because it was told to stop.
  ///
  /// @throws SegueException as [#start]
  static Optional<ProxyServer> standBy(Settings settings) {
    Rehearsal.play();
    System.gc(); // give back what the rehearsal took
    LOG.log(Level.INFO, "standing by");
    FileChannel lock = awaitLock(settings.state());
    if (!Standby.becomesRouter(settings.state())) {
      release(lock);
      return Optional.empty();
    }
    LOG.log(Level.WARNING, "the router has died; taking its place");
    return Optional.of(start(settings, lock, DYING));
  }

  private static ProxyServer start(Settings settings, FileChannel lock, Duration patience) {
    try {
      ProxyServer server = new ProxyServer(settings, lock, patience);
      server.control.start();
      server.traffic.start();
      if (server.standby != null) {
        server.standby.begin();
      }
      LOG.log(Level.INFO, "routing on {0}:{1}", settings.host(), Integer.toString(server.port()));
      return server;
    } catch (SegueException e) {
      release(lock);
      throw e;
    } catch (Exception e) {
      release(lock);
      throw new SegueException(
          Kind.EXTERNAL, "router-not-started", "The router cannot start: " + e, null, e);
    }
  }

  /// Where users come to.
  public int port() {
    return users.getLocalPort();
  }

  /// Returns when the router has been stopped.
  public void join() throws InterruptedException {
    traffic.join();
    control.join();
  }

  /// Takes no new connections, lets requests in flight end, and stops.
  @Override
  public void close() {
    try {
      if (standby != null) {
        standby.close(); // first of all: nobody takes the place of a router that was told to go
      }
      traffic.stop();
      clock.shutdownNow();
      control.stop();
    } catch (Exception e) {
      throw new SegueException(
          Kind.EXTERNAL, "router-not-stopped", "The router does not stop cleanly: " + e, null, e);
    } finally {
      release(lock);
    }
  }

  private void stopSoon() {
    Thread.ofPlatform().name("stop").start(this::close);
  }

  private HttpConfiguration userHttp() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    // What is a good path is the application's business.
    http.setUriCompliance(UriCompliance.UNSAFE);
    http.setRequestHeaderSize(65_536);
    http.setResponseHeaderSize(65_536);
    http.setIdleTimeout(settings.silence().plus(BEYOND_SILENCE).toMillis());
    return http;
  }

  private static Server server(String name, Duration stop) {
    QueuedThreadPool threads = new QueuedThreadPool();
    threads.setName(name);
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor(name + "-"));
    Server server = new Server(threads);
    server.setStopTimeout(stop.toMillis());
    return server;
  }

  private ServerConnector connector(Server server, String host, int port, HttpConfiguration http) {
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(settings.silence().plus(BEYOND_SILENCE).toMillis());
    server.addConnector(connector);
    return connector;
  }

  /// Whoever has read the earlier router's file finds this one, too.
  private static void openWhereItWas(ServerConnector orders) {
    try {
      orders.open();
    } catch (IOException e) {
      LOG.log(Level.INFO, "another port for orders: {0}", e.getMessage());
      orders.setPort(0);
      open(orders, Duration.ZERO);
    }
  }

  private static void open(ServerConnector connector, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (true) {
        try {
          connector.open();
          return;
        } catch (IOException e) {
          if (System.nanoTime() - end >= 0) {
            throw e;
          }
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
      }
    } catch (IOException e) {
      Port port = new Port(connector.getHost(), connector.getPort());
      throw new SegueException(
          Kind.RESOURCES,
          "port-taken",
          "The router cannot listen on "
              + port
              + ": "
              + e.getMessage()
              + "; it is held by "
              + port.holder(),
          "Stop that process, or choose another port in deploy.router.proxy.listen.",
          e);
    }
  }

  private static FileChannel openLock(Path state) throws IOException {
    Private.createDirectories(state);
    Path lock = state.resolve("proxy.lock");
    Private.touch(lock);
    return FileChannel.open(lock, StandardOpenOption.WRITE);
  }

  /// The kernel wakes up one that waits here, the moment the holder's process ends.
  private static FileChannel awaitLock(Path state) {
    try {
      FileChannel channel = openLock(state);
      var _ = channel.lock();
      return channel;
    } catch (IOException e) {
      throw noLock(state, e);
    }
  }

  private static FileChannel lock(Path state) {
    try {
      FileChannel channel = openLock(state);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new SegueException(
            Kind.REFUSED, "router-runs", "A router already runs for " + state, null);
      }
      return channel;
    } catch (IOException e) {
      throw noLock(state, e);
    }
  }

  private static SegueException noLock(Path state, IOException e) {
    return new SegueException(
        Kind.RESOURCES,
        "state-directory",
        "Cannot write in " + state + ": " + Private.words(e),
        "Segue needs a directory of its own that it may write in.",
        e);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held in this very process
    }
  }

  private static void release(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot release the lock", e);
    }
  }

  private static String newToken() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
