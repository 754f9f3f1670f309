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
  private volatile boolean clientGone;
  private volatile boolean unanswered;

  Ticket(Backend backend, String address, long begun) {
    this.backend = backend;
    this.address = address;
    this.begun = begun;
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

  /// The client broke off; what the backend does with that is not its failure.
  void clientGone() {
    clientGone = true;
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
