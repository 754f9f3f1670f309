package dev.segue.delivery;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// What a GET came to.
///
/// @param json the body's object; empty when it is none
record HttpAnswer(int status, Duration time, String body, Map<String, Object> json) {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final int SHOWN = 200;

  static HttpAnswer get(URI uri, Duration within) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(within).build();
    long begun = System.nanoTime();
    try {
      HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      Duration time = Duration.ofNanos(System.nanoTime() - begun);
      return new HttpAnswer(response.statusCode(), time, response.body(), object(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static Map<String, Object> object(String body) {
    try {
      return body.stripLeading().startsWith("{")
          ? JSON.readValue(body, new TypeReference<Map<String, Object>>() {})
          : Map.of();
    } catch (JacksonException e) {
      return Map.of(); // not JSON: there are no figures in it
    }
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }

  @Override
  public String toString() {
    String text = body.strip().replaceAll("\\s+", " ");
    return status + " " + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text);
  }
}
