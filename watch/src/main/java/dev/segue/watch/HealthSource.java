package dev.segue.watch;

import dev.segue.watch.Reading.Figures;
import dev.segue.watch.Reading.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The application's own health JSON.
///
/// Its figures are the object's members as they are (null means missing), and three of ours, which
/// win over members of the same name: `status_code`, `time` (a duration) and `reachable`.
///
/// An application that refuses, does not answer in time, or answers with an error page is known to
/// be in a bad way: `reachable` is false and `status` is `'unreachable'`. That is a figure, not
/// missing data. An answer of 2xx that is no JSON object says nothing.
public final class HealthSource implements Source {

  private static final int LARGEST_ANSWER = 1 << 20;

  private final URI uri;
  private final Duration timeout;
  private final HttpClient client;

  /// @param timeout for the whole answer
  public HealthSource(URI uri, Duration timeout) {
    this.uri = uri;
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
  }

  @Override
  public String name() {
    return "health";
  }

  @Override
  public Reading read() {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Accept", "application/json").timeout(timeout).build();
    AtomicReference<@Nullable ResponseInfo> head = new AtomicReference<>();
    long start = System.nanoTime();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            request,
            info -> {
              head.set(info);
              return BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST_ANSWER).apply(info);
            });
    try {
      HttpResponse<String> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return answered(response, Duration.ofNanos(System.nanoTime() - start));
    } catch (TimeoutException _) {
      answer.cancel(true);
      return unreachable(head.get(), timeout);
    } catch (ExecutionException e) {
      return failed(e.getCause() == null ? e : e.getCause(), head.get());
    } catch (InterruptedException _) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new Unavailable("interrupted while reading " + uri);
    }
  }

  private Reading answered(HttpResponse<String> response, Duration time) {
    int code = response.statusCode();
    Map<String, Object> members = JsonFigures.members(response.body()).orElse(null);
    if (members == null) {
      return code / 100 == 2
          ? new Unavailable(uri + " answered " + code + " with something that is no JSON object")
          : figures(new HashMap<>(), false, code, time);
    }
    if (code >= 500) {
      // Frameworks answer {"detail": "…"}; a rule over the status must see that too.
      members.putIfAbsent("status", "error");
    }
    return figures(members, true, code, time);
  }

  private Reading failed(Throwable cause, @Nullable ResponseInfo head) {
    if (cause instanceof HttpTimeoutException) {
      return unreachable(head, timeout);
    }
    if (cause instanceof IOException && (head == null || head.statusCode() / 100 != 2)) {
      return unreachable(head, null);
    }
    return new Unavailable(uri + " could not be read: " + cause);
  }

  /// @param atLeast how long it took not to answer; null when it was refused, for a quick refusal
  ///   is not a quick answer
  private static Reading unreachable(@Nullable ResponseInfo head, @Nullable Duration atLeast) {
    return figures(new HashMap<>(), false, head == null ? null : head.statusCode(), atLeast);
  }

  private static Reading figures(
      Map<String, Object> figures,
      boolean reachable,
      @Nullable Integer statusCode,
      @Nullable Duration time) {
    figures.put("reachable", reachable);
    if (!reachable) {
      figures.put("status", "unreachable");
    }
    if (statusCode != null) {
      figures.put("status_code", statusCode.longValue());
    }
    if (time != null) {
      figures.put("time", time);
    }
    return new Figures(figures);
  }
}
