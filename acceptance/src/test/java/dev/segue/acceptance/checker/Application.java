package dev.segue.acceptance.checker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The example application, as HTTP shows it through one address.
record Application(HttpClient http, String name, URI base) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /// @param version which version of the application answered
  record Person(long id, UUID writeId, long member, String version) {}

  /// Adds a person.
  Person add(UUID writeId, long member) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        ask("POST", "people", Map.of("name", "Checked", "member", member, "write_id", writeId));
    return new Person(
        JSON.readTree(answer.body()).path("id").asLong(), writeId, member, version(answer));
  }

  /// @return which version did it
  String change(long person, UUID writeId, long member) throws IOException, InterruptedException {
    return version(
        ask("PUT", "people/" + person + "/member", Map.of("member", member, "write_id", writeId)));
  }

  Person person(long id) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask("GET", "people/" + id, null);
    JsonNode person = JSON.readTree(answer.body());
    return new Person(
        id,
        UUID.fromString(person.path("writeId").asString()),
        person.path("member").asLong(),
        version(answer));
  }

  /// Of these writes, the ones that are there.
  Set<UUID> known(List<UUID> writes) throws IOException, InterruptedException {
    HttpResponse<String> answer = ask("POST", "writes/check", Map.of("ids", writes));
    return JSON.readTree(answer.body()).path("writes").propertyNames().stream()
        .map(UUID::fromString)
        .collect(Collectors.toSet());
  }

  private HttpResponse<String> ask(String method, String path, @Nullable Object body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(PATIENCE)
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(answer.statusCode() + " " + answer.body().strip());
    }
    return answer;
  }

  private static String version(HttpResponse<?> answer) {
    return answer.headers().firstValue("X-Members-Version").orElse("-");
  }
}
