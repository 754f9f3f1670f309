package dev.segue.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks an application for every write it has acknowledged.
///
/// The application answers `POST path` with `{"ids": ["a", "b"]}` by `{"writes": {"a": "value"}}`:
/// the values of those it knows.
///
/// @param path relative to the base URL
public record WriteChecker(String path) {

  private static final int AT_ONCE = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.shared();

  /// What an application still knows of the writes it acknowledged.
  ///
  /// @param checked how many it was asked for
  /// @param lost ids of those it does not know
  /// @param wrong those it knows with another value
  public record Result(int checked, List<String> lost, List<Wrong> wrong) {

    public Result {
      lost = List.copyOf(lost);
      wrong = List.copyOf(wrong);
    }

    /// Writes that were acknowledged and are not there as they were sent.
    public int lostWrites() {
      return lost.size() + wrong.size();
    }
  }

  /// A write that is not as it was sent.
  public record Wrong(String id, String sent, String found) {}

  /// Can be asked while the load runs: what was acknowledged before the question must be there.
  ///
  /// @param acknowledged value by write id
  /// @throws UncheckedIOException when the application does not answer the question
  public Result check(URI base, Map<String, String> acknowledged) {
    List<String> lost = new ArrayList<>();
    List<Wrong> wrong = new ArrayList<>();
    List<String> ids = List.copyOf(acknowledged.keySet());
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int from = 0; from < ids.size(); from += AT_ONCE) {
        List<String> some = ids.subList(from, Math.min(from + AT_ONCE, ids.size()));
        Map<String, String> found = find(client, base.resolve(path), some);
        for (String id : some) {
          compare(id, String.valueOf(acknowledged.get(id)), found.get(id), lost, wrong);
        }
      }
    }
    return new Result(ids.size(), lost, wrong);
  }

  private static void compare(
      String id, String sent, @Nullable String found, List<String> lost, List<Wrong> wrong) {
    if (found == null) {
      lost.add(id);
    } else if (!found.equals(sent)) {
      wrong.add(new Wrong(id, sent, found));
    }
  }

  private static Map<String, String> find(HttpClient client, URI at, Collection<String> ids) {
    HttpRequest question =
        HttpRequest.newBuilder(at)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("ids", ids))))
            .build();
    try {
      HttpResponse<String> answer = client.send(question, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(at + " answers " + answer.statusCode() + ": " + answer.body());
      }
      Map<String, String> found = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> write :
          JSON.readTree(answer.body()).path("writes").properties()) {
        found.put(write.getKey(), write.getValue().asString());
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted while asking " + at, e));
    }
  }
}
