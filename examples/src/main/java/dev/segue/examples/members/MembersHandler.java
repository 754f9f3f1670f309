package dev.segue.examples.members;

import dev.segue.examples.members.People.Written;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The application's HTTP face. JSON in, JSON out; every answer names the version that gave it.
final class MembersHandler extends Handler.Abstract {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int FEW_ERRORS = 5;

  private final Version version;
  private final People people;
  private final FailAfter fault;
  private final RecentErrors errors = new RecentErrors();

  MembersHandler(Version version, People people, FailAfter fault) {
    this.version = version;
    this.people = people;
    this.fault = fault;
  }

  private record Answer(int status, Object body) {
    static Answer ok(Object body) {
      return new Answer(HttpStatus.OK_200, body);
    }

    static Answer error(int status, String why) {
      return new Answer(status, Map.of("error", why));
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Answer answer = answer(request);
    response.setStatus(answer.status());
    response.getHeaders().put("X-Members-Version", version.label());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    Content.Sink.write(response, true, JSON.writeValueAsString(answer.body()) + "\n", callback);
    return true;
  }

  private Answer answer(Request request) {
    String path = Request.getPathInContext(request);
    String asked = request.getMethod() + " " + path;
    try {
      String body = Content.Source.asString(request, StandardCharsets.UTF_8);
      List<String> parts = List.of(path.substring(1).split("/", -1));
      if (parts.getFirst().equals("health")) {
        return health(path);
      }
      if (fault.failsNow()) {
        throw new IllegalStateException("The planted fault");
      }
      return route(request.getMethod(), parts, body);
    } catch (JacksonException | IllegalArgumentException e) {
      return Answer.error(HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
    } catch (NoSuchElementException e) {
      return Answer.error(HttpStatus.NOT_FOUND_404, "Nothing at " + asked);
    } catch (SQLException e) {
      errors.add();
      int status =
          Pool.lost(e) ? HttpStatus.SERVICE_UNAVAILABLE_503 : HttpStatus.INTERNAL_SERVER_ERROR_500;
      return Answer.error(status, asked + ": " + e.getMessage());
    } catch (IOException | IllegalStateException e) {
      errors.add();
      return Answer.error(HttpStatus.INTERNAL_SERVER_ERROR_500, asked + ": " + e.getMessage());
    }
  }

  private Answer route(String method, List<String> parts, String body) throws SQLException {
    return switch (method + " " + shape(parts)) {
      case "GET /people/{id}" -> Answer.ok(people.person(id(parts)).orElseThrow());
      case "POST /people" -> insert(JSON.readTree(body));
      case "PUT /people/{id}/member" -> changeMember(id(parts), JSON.readTree(body));
      case "GET /members/{id}/people" -> Answer.ok(Map.of("people", people.ofMember(id(parts))));
      case "POST /writes/check" -> writes(JSON.readTree(body));
      default -> throw new NoSuchElementException();
    };
  }

  /// The path with its second part, if any, as a variable.
  private static String shape(List<String> parts) {
    if (parts.size() < 2 || parts.getFirst().equals("writes")) {
      return "/" + String.join("/", parts);
    }
    String rest = parts.size() > 2 ? "/" + String.join("/", parts.subList(2, parts.size())) : "";
    return "/" + parts.getFirst() + "/{id}" + rest;
  }

  private static long id(List<String> parts) {
    return Long.parseLong(parts.get(1));
  }

  private Answer insert(JsonNode person) throws SQLException {
    Written written =
        people.insert(
            required(person, "name").asString(),
            required(person, "member").asLong(),
            writeId(person));
    int status = written.created() ? HttpStatus.CREATED_201 : HttpStatus.OK_200;
    return new Answer(status, Map.of("id", written.id()));
  }

  private Answer changeMember(long id, JsonNode change) throws SQLException {
    if (!people.changeMember(id, required(change, "member").asLong(), writeId(change))) {
      throw new NoSuchElementException();
    }
    return Answer.ok(Map.of("id", id));
  }

  private Answer writes(JsonNode question) throws SQLException {
    List<UUID> ids =
        required(question, "ids").valueStream().map(n -> UUID.fromString(n.asString())).toList();
    return Answer.ok(
        Map.of(
            "writes",
            people.writes(ids).entrySet().stream()
                .collect(
                    Collectors.toMap(e -> e.getKey().toString(), e -> e.getValue().toString()))));
  }

  private Answer health(String path) {
    long start = System.nanoTime();
    boolean up = true;
    try {
      people.ping();
    } catch (SQLException e) {
      up = false;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    if (path.equals("/health/detailed/")) {
      // Answered with 200 even when unhealthy: whoever asks wants the figures.
      int errorsLately = errors.count();
      return Answer.ok(
          Map.of(
              "status",
              up && errorsLately <= FEW_ERRORS ? "healthy" : "unhealthy",
              "errors",
              errorsLately,
              "response_time_ms",
              millis,
              "database",
              Map.of("connections", people.connections()),
              "version",
              version.label()));
    }
    return up
        ? Answer.ok(Map.of("status", "healthy"))
        : Answer.error(HttpStatus.SERVICE_UNAVAILABLE_503, "The database does not answer");
  }

  private static UUID writeId(JsonNode write) {
    return UUID.fromString(required(write, "write_id").asString());
  }

  private static JsonNode required(JsonNode object, String name) {
    JsonNode value = object.get(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
    return value;
  }
}
