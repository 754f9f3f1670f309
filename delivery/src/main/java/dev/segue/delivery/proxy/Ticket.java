package dev.segue.delivery.proxy;

/// One request on its way: which backend it was given to, and how it ends.
final class Ticket {

  /// How a request ended, for the backend's figures.
  enum End {
    ANSWERED,
    FAILED,
    UNANSWERED,
    ABANDONED
  }

  private final Backend backend;
  private final String address;
  private final long begun;
  private final boolean diverted;
  private volatile boolean sent;
  private volatile boolean clientGone;
  private volatile boolean unanswered;

  /// @param diverted whether another backend could not be given the request
  Ticket(Backend backend, String address, long begun, boolean diverted) {
    this.backend = backend;
    this.address = address;
    this.begun = begun;
    this.diverted = diverted;
  }

  Backend backend() {
    return backend;
  }

  String address() {
    return address;
  }

  long begun() {
    return begun;
  }

  boolean isDiverted() {
    return diverted;
  }

  /// From now on bytes of it may have reached the backend.
  void sent() {
    sent = true;
  }

  boolean isSent() {
    return sent;
  }

  /// The client broke off; what the backend does with that is not its failure.
  void clientGone() {
    clientGone = true;
  }

  boolean isClientGone() {
    return clientGone;
  }

  /// The backend gave no whole answer.
  void unanswered() {
    unanswered = true;
  }

  End end(int status) {
    if (clientGone) {
      return End.ABANDONED;
    }
    if (unanswered) {
      return End.UNANSWERED;
    }
    return status >= 500 ? End.FAILED : End.ANSWERED;
  }
}
