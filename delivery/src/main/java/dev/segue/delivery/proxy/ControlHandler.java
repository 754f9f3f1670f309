package dev.segue.delivery.proxy;

import dev.segue.delivery.proxy.Router.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The control address: JSON in, JSON out, for whoever can read the token in the state directory.
final class ControlHandler extends Handler.Abstract {

  /// The order could not be written down.
  static final String IO = "router-io";

  private static final int MAX_BODY = 65_536;

  private final Director director;
  private final Switchboard switchboard;
  private final byte[] authorization;
  private final Runnable stop;

  /// @param stop begins the end and returns at once
  ControlHandler(Director director, Switchboard switchboard, String token, Runnable stop) {
    this.director = director;
    this.switchboard = switchboard;
    this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    this.stop = stop;
  }

  /// What a conductor asks for; which fields it needs depends on the path.
  ///
  /// @param name of the backend it is about
  /// @param change who speaks
  record Order(
      @Nullable String name,
      @Nullable String address,
      @Nullable String change,
      long epoch,
      @Nullable Lease deadMan) {}

  /// What is answered instead when something is wrong.
  ///
  /// @param epoch the largest one heard, where the order's was smaller
  record Problem(String error, String message, @Nullable Long epoch) {}

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    byte[] bytes = given == null ? new byte[0] : given.getBytes(StandardCharsets.UTF_8);
    if (MessageDigest.isEqual(bytes, authorization)) {
      perform(request, response, callback);
    } else {
      answer(response, callback, 401, new Problem("unauthorized", "wrong or no token", null));
    }
    return true;
  }

  private void perform(Request request, Response response, Callback callback) {
    try {
      answer(response, callback, 200, perform(request));
    } catch (Director.Refusal e) {
      answer(response, callback, 409, new Problem(e.code(), text(e), e.epoch()));
    } catch (JacksonException | IllegalArgumentException e) {
      answer(response, callback, 400, new Problem("bad-request", text(e), null));
    } catch (IOException | UncheckedIOException e) {
      answer(response, callback, 500, new Problem(IO, text(e), null));
    }
  }

  private Object perform(Request request) throws IOException {
    String act = request.getMethod() + " " + Request.getPathInContext(request);
    return switch (act) {
      case "GET /state" -> director.state();
      case "GET /counters" -> switchboard.counters();
      case "POST /backends" -> {
        Order o = order(request);
        yield director.backend(
            need(o.name, "name"), need(o.address, "address"), need(o.change, "change"), o.epoch);
      }
      case "POST /route" -> {
        Order o = order(request);
        yield director.route(
            need(o.name, "name"),
            need(o.address, "address"),
            need(o.change, "change"),
            o.epoch,
            o.deadMan);
      }
      case "POST /renew" -> {
        Order o = order(request);
        yield director.renew(need(o.change, "change"), o.epoch);
      }
      case "POST /disarm" -> {
        Order o = order(request);
        yield director.disarm(need(o.change, "change"), o.epoch);
      }
      case "POST /stop" -> {
        stop.run();
        yield director.state();
      }
      default -> throw new IllegalArgumentException("there is no " + act);
    };
  }

  private static Order order(Request request) throws IOException {
    if (request.getLength() > MAX_BODY) {
      throw new IllegalArgumentException("too long");
    }
    return ProxyFile.JSON.readValue(Content.Source.asString(request), Order.class);
  }

  private static String need(@Nullable String value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
    return value;
  }

  private static String text(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static void answer(Response response, Callback callback, int status, Object body) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    Content.Sink.write(response, true, ProxyFile.JSON.writeValueAsString(body), callback);
  }
}
