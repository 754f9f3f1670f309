package dev.segue.testkit;

import dev.segue.testkit.LoadFigures.Failure;
import dev.segue.testkit.LoadFigures.Part;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// Users who do not wait for each other: so many requests a second, whatever the answers, over
/// connections that are kept alive.
///
/// The n-th request is due at a time fixed from the start, and its latency counts from then. A
/// server that stands still for a second makes every request due in that second slow, as it does
/// for real users, and not only the one that happened to be in flight. A request is sent once: what
/// fails is not tried again.
///
/// Thread-safe.
public final class OpenLoopLoad implements AutoCloseable {

  private static final int REASON_LENGTH = 200;
  private static final int GLANCE_SECONDS = 3;
  private static final String FIRST_PHASE = "before";
  private static final Duration LOOK = Duration.ofMillis(2);

  /// How the load is put on.
  ///
  /// @param perSecond requests a second
  /// @param patience a request without an answer for this long has failed
  /// @param versionHeader the answer's header that tells which version gave it; null: none does
  public record Options(int perSecond, Duration patience, @Nullable String versionHeader) {

    public static Options perSecond(int requests) {
      return new Options(requests, Duration.ofSeconds(15), null);
    }

    public Options versionedBy(String header) {
      return new Options(perSecond, patience, header);
    }
  }

  /// The load at a glance, for a terminal.
  ///
  /// @param last the requests that ended in the last seconds
  public record Glance(long requests, long failed, long inFlight, Part last) {}

  private final URI base;
  private final Traffic traffic;
  private final Options options;
  private final HttpClient client;
  private final Ledger ledger = new Ledger();
  private final Tally tally;
  private final AtomicLong begun = new AtomicLong();
  private final Thread paceMaker;
  private final Instant began = Instant.now();
  private final long beganNanos = System.nanoTime();
  private volatile boolean stopping;
  private volatile @Nullable RuntimeException broken;

  private OpenLoopLoad(URI base, Traffic traffic, Options options, HttpClient client) {
    this.base = base;
    this.traffic = traffic;
    this.options = options;
    this.client = client;
    this.tally = new Tally(began, FIRST_PHASE);
    this.paceMaker = Thread.ofPlatform().daemon().name("load").unstarted(this::keepPace);
  }

  /// Begins, in phase `before`.
  public static OpenLoopLoad start(URI base, Traffic traffic, Options options) {
    QueuedThreadPool threads = new QueuedThreadPool(8, 2);
    threads.setName("load-client");
    threads.setDaemon(true);
    HttpClient client = new HttpClient();
    client.setExecutor(threads);
    client.setFollowRedirects(false);
    client.setUserAgentField(null);
    client.setMaxConnectionsPerDestination(256);
    client.setMaxRequestsQueuedPerDestination(Integer.MAX_VALUE);
    // Closed by us well before a server that waits the usual half minute would.
    client.setIdleTimeout(Duration.ofSeconds(20).toMillis());
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("The HTTP client does not start", e);
    }
    OpenLoopLoad load = new OpenLoopLoad(base, traffic, options, client);
    load.paceMaker.start();
    return load;
  }

  /// From now on, requests that end are counted under this name.
  public void phase(String name) {
    tally.phase(name);
  }

  public Ledger ledger() {
    return ledger;
  }

  public Glance glance() {
    long ended = tally.requests();
    return new Glance(
        ended,
        tally.failed(),
        Math.max(0, begun.get() - ended),
        tally.last(Instant.now(), GLANCE_SECONDS));
  }

  public LoadFigures figures() {
    return tally.figures(Instant.now(), begun.get());
  }

  /// Sends no more, waits until every request has ended, and returns all that was seen.
  public LoadFigures stop() {
    endPace();
    // Each one ends, by an answer or by losing patience.
    while (begun.get() > tally.requests()) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
    RuntimeException why = broken;
    if (why != null) {
      throw new IllegalStateException("The load broke off by itself", why);
    }
    return figures();
  }

  /// Sends no more and drops what is in flight. What was seen stays.
  @Override
  public void close() {
    endPace();
    try {
      client.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The HTTP client does not stop", e);
    }
  }

  private void endPace() {
    stopping = true;
    LockSupport.unpark(paceMaker);
    try {
      paceMaker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepPace() {
    try {
      for (long n = 0; !stopping; n++) {
        long due = beganNanos + n * TimeUnit.SECONDS.toNanos(1) / options.perSecond();
        long wait = due - System.nanoTime();
        while (wait > 0 && !stopping) {
          LockSupport.parkNanos(wait);
          wait = due - System.nanoTime();
        }
        if (!stopping) {
          send(traffic.next(n), due);
        }
      }
    } catch (RuntimeException e) {
      broken = e;
    }
  }

  private void send(Traffic.Request what, long due) {
    Request request =
        client
            .newRequest(base.resolve(what.path()))
            .method(what.method())
            .timeout(options.patience().toMillis(), TimeUnit.MILLISECONDS);
    if (what.body() != null) {
      request.body(new StringRequestContent("application/json", what.body()));
    }
    begun.incrementAndGet();
    request.send(
        new BufferingResponseListener() {
          @Override
          public void onComplete(Result result) {
            ended(what, due, result, getContentAsString());
          }
        });
  }

  private void ended(Traffic.Request what, long due, Result result, @Nullable String content) {
    Duration latency = Duration.ofNanos(System.nanoTime() - due);
    Instant at = began.plusNanos(System.nanoTime() - beganNanos);
    Response response = result.getResponse();
    int status = response == null ? 0 : response.getStatus();
    String version = version(response);
    // The write is in the ledger before the request counts as ended, so that whoever has seen the
    // count finds it there.
    if (result.isSucceeded() && HttpStatus.isSuccess(status)) {
      if (what.write() != null) {
        ledger.acknowledge(what.write());
      }
      tally.answered(at, version, latency);
    } else {
      if (what.write() != null) {
        ledger.doubt(what.write());
      }
      Throwable failure = result.getFailure();
      String reason = failure == null ? String.valueOf(content) : failure.toString();
      tally.failed(
          new Failure(
              at,
              what.method() + " " + what.path(),
              status == 0 ? null : status,
              version,
              reason.substring(0, Math.min(REASON_LENGTH, reason.length()))),
          latency);
    }
  }

  private String version(@Nullable Response response) {
    if (response == null || options.versionHeader() == null) {
      return LoadFigures.NO_VERSION;
    }
    String version = response.getHeaders().get(options.versionHeader());
    return version == null ? LoadFigures.NO_VERSION : version;
  }
}
