package dev.segue.delivery.proxy;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Passes each request to the backend of its moment and counts how it ends.
final class TrafficHandler extends ProxyHandler.Reverse {

  private static final String TICKET = TrafficHandler.class.getName();
  private static final Set<String> SAFE = Set.of("GET", "HEAD");
  private static final int MAX_CONNECTIONS = 4096;
  private static final int MAX_QUEUED = 65_536;

  /// Shorter than the keep-alive of usual servers (gunicorn 2 s, Node 5 s): a pooled connection is
  /// closed from here before the backend closes it under a request that must not be repeated.
  private static final Duration POOLED_IDLE = Duration.ofMillis(1500);

  private final Switchboard switchboard;
  private final ProxyServer.Settings settings;

  TrafficHandler(Switchboard switchboard, ProxyServer.Settings settings) {
    super(Request::getHttpURI);
    this.switchboard = switchboard;
    this.settings = settings;
  }

  /// Nothing here blocks, so a request goes on in the thread that read it.
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  protected HttpClient newHttpClient() {
    ClientConnector connector = new ClientConnector();
    connector.setExecutor(getServer().getThreadPool());
    connector.setScheduler(getServer().getScheduler());
    connector.setByteBufferPool(getServer().getByteBufferPool());
    return new HttpClient(new FreshTransport(connector));
  }

  @Override
  protected void configureHttpClient(HttpClient client) {
    super.configureHttpClient(client);
    client.setUserAgentField(null);
    client.setConnectTimeout(settings.connect().toMillis());
    client.setIdleTimeout(POOLED_IDLE.toMillis());
    client.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
    client.setMaxRequestsQueuedPerDestination(MAX_QUEUED);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Optional<Ticket> picked = switchboard.pick();
    if (picked.isEmpty()) {
      response.setStatus(503);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
      Content.Sink.write(
          response, true, "No version of the application is active yet.\n", callback);
      return true;
    }
    Response watched = new Watched(request, response);
    forward(request, picked.get(), watched, new Counted(callback, request, response));
    return true;
  }

  private void forward(Request request, Ticket ticket, Response response, Callback callback) {
    try {
      request.setAttribute(TICKET, ticket);
      super.handle(request, response, callback);
    } catch (RuntimeException | Error e) {
      ticket.unanswered();
      callback.failed(e);
    }
  }

  /// The request's target as the client wrote it: no normalising, and no refusing of characters
  /// that the URI standard forbids and applications accept.
  @Override
  protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI uri) {
    Ticket ticket = ticket(request);
    Address address = Address.parse(ticket.address());
    String target = request.getHttpURI().getPathQuery();
    org.eclipse.jetty.client.Request forwarded;
    try {
      forwarded = getHttpClient().newRequest(new URI("http://" + ticket.address() + target));
    } catch (URISyntaxException e) {
      forwarded = getHttpClient().newRequest(address.host(), address.port()).path(target);
    }
    return forwarded
        .method(request.getMethod())
        .onRequestBegin(_ -> ticket.sent())
        .idleTimeout(settings.silence().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request forwarded) {
    String client = Request.getRemoteAddr(request);
    String earlier =
        String.join(", ", request.getHeaders().getValuesList(HttpHeader.X_FORWARDED_FOR));
    forwarded.headers(headers -> {
      headers.put(HttpHeader.X_FORWARDED_FOR, earlier.isEmpty() ? client : earlier + ", " + client);
      if (!headers.contains(HttpHeader.X_FORWARDED_PROTO)) {
        headers.put(HttpHeader.X_FORWARDED_PROTO, request.isSecure() ? "https" : "http");
      }
    });
  }

  @Override
  protected org.eclipse.jetty.client.Request.Content newProxyToServerRequestContent(
      Request request, Response response, org.eclipse.jetty.client.Request forwarded) {
    Ticket ticket = ticket(request);
    return new ProxyRequestContent(request) {
      @Override
      public Content.Chunk read() {
        Content.Chunk chunk = super.read();
        if (Content.Chunk.isFailure(chunk)) {
          ticket.clientGone();
        }
        return chunk;
      }

      // A body of which nothing was sent is whole for another backend.
      @Override
      public void fail(Throwable failure) {
        if (ticket.isSent()) {
          super.fail(failure);
        }
      }
    };
  }

  @Override
  protected void onServerToProxyResponseFailure(
      Request request,
      org.eclipse.jetty.client.Request forwarded,
      org.eclipse.jetty.client.Response answer,
      Response response,
      Callback callback,
      Throwable failure) {
    Ticket ticket = ticket(request);
    ticket.unanswered();
    Optional<Ticket> other =
        mayBeDiverted(ticket, forwarded, answer, failure)
            ? switchboard.divert(ticket)
            : Optional.empty();
    if (other.isPresent()) {
      forward(request, other.get(), response, callback);
    } else {
      super.onServerToProxyResponseFailure(request, forwarded, answer, response, callback, failure);
    }
  }

  /// A request that was given no connection has certainly not reached the backend. One that was
  /// given a connection which then broke may have: it is repeated only when it asks for nothing but
  /// an answer, and none has begun.
  private static boolean mayBeDiverted(
      Ticket ticket,
      org.eclipse.jetty.client.Request forwarded,
      org.eclipse.jetty.client.Response answer,
      Throwable failure) {
    if (ticket.isClientGone()) {
      return false;
    }
    return !ticket.isSent()
        || (SAFE.contains(forwarded.getMethod())
            && forwarded.getBody() == null
            && answer.getStatus() == 0
            && failure instanceof IOException);
  }

  private static Ticket ticket(Request request) {
    return (Ticket) request.getAttribute(TICKET);
  }

  /// Counts the request when its last byte is written or it has failed.
  private final class Counted extends Callback.Nested {

    private final Request request;
    private final Response response;

    Counted(Callback callback, Request request, Response response) {
      super(callback);
      this.request = request;
      this.response = response;
    }

    @Override
    public void succeeded() {
      switchboard.end(ticket(request), response.getStatus());
      super.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
      switchboard.end(ticket(request), response.getStatus());
      super.failed(failure);
    }
  }

  /// Notices when the client cannot be written to.
  private static final class Watched extends Response.Wrapper {

    Watched(Request request, Response response) {
      super(request, response);
    }

    @Override
    public void write(boolean last, ByteBuffer bytes, Callback callback) {
      super.write(
          last,
          bytes,
          new Callback.Nested(callback) {
            @Override
            public void failed(Throwable failure) {
              ticket(getRequest()).clientGone();
              super.failed(failure);
            }
          });
    }
  }
}
