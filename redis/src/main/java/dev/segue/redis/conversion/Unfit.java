package dev.segue.redis.conversion;

/// A value that no change can make something of.
final class Unfit extends Exception {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;
  private final String code;
  private final String reason;

  Unfit(String field, String value, String code, String reason) {
    super(reason, null, false, false);
    this.field = field;
    this.value = value;
    this.code = code;
    this.reason = reason;
  }

  String code() {
    return code;
  }

  Conversion.Failed failed() {
    return new Conversion.Failed(field, value, code, reason);
  }
}
