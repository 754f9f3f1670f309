package dev.segue.delivery.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Map;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.SendFailure;
import org.eclipse.jetty.client.transport.internal.HttpConnectionOverHTTP;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/// HTTP/1.1 to a backend that writes no request on a connection the backend has closed.
///
/// The selector hears of a closed connection a moment later than the kernel knows it; a request
/// written in that moment is lost, and nobody could tell whether it was carried out. So each
/// connection is asked right before its next request; one that has closed is left for another, or
/// for a new one, and a request that gets none has certainly not been sent.
final class FreshTransport extends HttpClientTransportOverHTTP {

  private static final ClientConnectionFactory CONNECTIONS =
      new ClientConnectionFactory() {
        @Override
        public Connection newConnection(EndPoint endPoint, Map<String, Object> context) {
          return customize(new Asked(endPoint, context), context);
        }
      };

  FreshTransport(ClientConnector connector) {
    super(connector);
  }

  @Override
  public Connection newConnection(EndPoint endPoint, Map<String, Object> context)
      throws IOException {
    return CONNECTIONS.newConnection(endPoint, context);
  }

  private static final class Asked extends HttpConnectionOverHTTP {

    Asked(EndPoint endPoint, Map<String, Object> context) {
      super(endPoint, context);
    }

    @Override
    public SendFailure send(HttpExchange exchange) {
      if (isClosedByBackend()) {
        close();
        return new SendFailure(new EOFException("closed by the backend"), true);
      }
      return super.send(exchange);
    }

    /// Between two answers a backend has nothing to say: an end, or bytes nobody asked for, and the
    /// connection is no good.
    private boolean isClosedByBackend() {
      try {
        return getEndPoint().getTransport() instanceof ReadableByteChannel channel
            && channel.read(ByteBuffer.allocate(1)) != 0;
      } catch (IOException e) {
        return true;
      }
    }
  }
}
