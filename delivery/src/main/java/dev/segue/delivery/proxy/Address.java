package dev.segue.delivery.proxy;

/// A `host:port`; an IPv6 host stands in brackets.
record Address(String host, int port) {

  /// @throws IllegalArgumentException when it is none
  static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0 && port > 0 && port < 65_536) {
        return new Address(text.substring(0, colon), port);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no host:port", e);
    }
    throw new IllegalArgumentException("'" + text + "' is no host:port");
  }
}
