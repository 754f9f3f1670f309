package dev.segue.delivery.proxy;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.FencedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Speaks to the router process of a state directory. Finds it anew at every call, so that a
/// restarted one is found.
///
/// Thread-safe.
public final class ProxyRouter implements Router {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private final ProxyFile file;
  private final Path state;
  private final String change;

  /// @param change in whose name orders are given
  public ProxyRouter(Path state, String change) {
    this.state = state;
    this.file = new ProxyFile(state);
    this.change = change;
  }

  /// Where users come to, when the router runs: `host:port`.
  ///
  /// @throws SegueException EXTERNAL `router-state` when what it left cannot be understood
  public Optional<String> listening() {
    try {
      return exchange("GET", "/state", null).statusCode() == 200
          ? file.read().map(ProxyFile.Content::listen)
          : Optional.empty();
    } catch (Unreachable e) {
      return Optional.empty();
    }
  }

  @Override
  public State state() {
    return call("GET", "/state", null, State.class);
  }

  @Override
  public Counters counters() {
    return call("GET", "/counters", null, Counters.class);
  }

  @Override
  public State backend(String name, String address, long epoch) {
    return act(
        "/backends",
        new ControlHandler.Order(name, address, change, epoch, null),
        s -> address.equals(s.backends().get(name)));
  }

  @Override
  public State route(String to, String address, long epoch, @Nullable Lease lease) {
    return act(
        "/route",
        new ControlHandler.Order(to, address, change, epoch, lease),
        s ->
            to.equals(s.active())
                && address.equals(s.activeAddress())
                && Objects.equals(lease, lease(s.deadMan())));
  }

  private static @Nullable Lease lease(@Nullable DeadMan armed) {
    return armed == null ? null : new Lease(armed.revertTo(), armed.millis());
  }

  @Override
  public State renew(long epoch) {
    return call(
        "POST", "/renew", new ControlHandler.Order(null, null, change, epoch, null), State.class);
  }

  @Override
  public State disarm(long epoch) {
    return act(
        "/disarm",
        new ControlHandler.Order(null, null, change, epoch, null),
        s -> s.deadMan() == null);
  }

  /// Asks the router process to let requests in flight end and to go. Nothing routes after that.
  public void stop() {
    call("POST", "/stop", null, State.class);
  }

  /// Acts and reads back.
  private State act(String path, ControlHandler.Order order, Predicate<State> done) {
    call("POST", path, order, State.class);
    State now = state();
    if (!done.test(now)) {
      throw new SegueException(
          Kind.EXTERNAL,
          "router-disagrees",
          "The router accepted " + path + " and is now " + words(now),
          "Is another conductor at work on the same router? See 'segue status'.");
    }
    return now;
  }

  private static String words(State s) {
    return "sending to "
        + s.active()
        + " at "
        + s.activeAddress()
        + (s.deadMan() == null ? ", not armed" : ", armed to go back to " + s.deadMan().revertTo());
  }

  private <T> T call(String method, String path, @Nullable Object body, Class<T> type) {
    try {
      HttpResponse<String> response = exchange(method, path, body);
      if (response.statusCode() != 200) {
        throw refused(path, response);
      }
      return ProxyFile.JSON.readValue(response.body(), type);
    } catch (Unreachable e) {
      throw down(String.valueOf(e.getMessage()), e);
    }
  }

  /// Waits for a router that is about to serve: started a moment ago, or taking the place of one
  /// that has died.
  private HttpResponse<String> exchange(String method, String path, @Nullable Object body) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      ProxyFile.Content content =
          file.read().orElseThrow(() -> new Unreachable("there is no proxy.json", null));
      try {
        return exchange(content, method, path, body);
      } catch (Unreachable e) {
        boolean hangs = e.getCause() instanceof HttpTimeoutException;
        if (hangs || System.nanoTime() - end >= 0 || !Standby.someoneRuns(state)) {
          throw e;
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
    }
  }

  private static HttpResponse<String> exchange(
      ProxyFile.Content content, String method, String path, @Nullable Object body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + content.control() + path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + content.token())
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(ProxyFile.JSON.writeValueAsString(body)))
            .build();
    try {
      return send(request);
    } catch (IOException first) {
      try {
        return send(request); // every order may be given twice; a kept connection may have closed
      } catch (IOException e) {
        e.addSuppressed(first);
        throw new Unreachable(content + ": " + e, e);
      }
    }
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private SegueException refused(String path, HttpResponse<String> response) {
    ControlHandler.Problem problem;
    try {
      problem = ProxyFile.JSON.readValue(response.body(), ControlHandler.Problem.class);
    } catch (JacksonException e) {
      problem = new ControlHandler.Problem("router-answer", response.body(), null);
    }
    String message =
        "The router refuses %s (%d): %s".formatted(path, response.statusCode(), problem.message());
    if (problem.error().equals(Director.STALE_EPOCH)) {
      return new FencedException(
          message
              + ": another conductor has taken over. If the journal was made anew, stop the router and remove "
              + state.resolve("proxy.json"));
    }
    return new SegueException(
        response.statusCode() == 409 ? Kind.REFUSED : Kind.EXTERNAL,
        problem.error(),
        message,
        problem.error().equals(ControlHandler.IO)
            ? "It did not carry the order out. Make room where it keeps its state, "
                + state
                + ", then run the same command again."
            : null);
  }

  private SegueException down(String why, @Nullable Throwable cause) {
    return new SegueException(
        Kind.EXTERNAL,
        "router-down",
        "The router does not answer (" + why + ")",
        "Start it with 'segue up'; its log is in " + state.resolve("logs").resolve("router.log"),
        cause);
  }

  /// Nobody there.
  private static final class Unreachable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Unreachable(String why, @Nullable IOException cause) {
      super(why, cause);
    }
  }
}
