package dev.segue.redis.backup;

/// The checksum at the end of an RDB file: CRC-64 with the polynomial of Jones.
final class Crc64 {

  /// 0xad93d23594c935a9, its bits in the order in which they are sent.
  private static final long POLYNOMIAL = 0x95ac9329ac4bc9b5L;

  /// What a byte comes to that stands so many zero bytes before the end.
  private static final long[][] TABLES = new long[8][256];

  static {
    for (int b = 0; b < 256; b++) {
      long crc = b;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
      }
      TABLES[0][b] = crc;
    }
    for (int zeros = 1; zeros < 8; zeros++) {
      for (int b = 0; b < 256; b++) {
        long before = TABLES[zeros - 1][b];
        TABLES[zeros][b] = before >>> 8 ^ TABLES[0][(int) (before & 0xff)];
      }
    }
  }

  private long value;

  void update(byte[] bytes, int from, int length) {
    long crc = value;
    int at = from;
    int end = from + length;
    // Eight bytes at once: their parts do not depend on each other.
    for (; end - at >= 8; at += 8) {
      crc ^= little(bytes, at);
      crc =
          TABLES[7][(int) (crc & 0xff)]
              ^ TABLES[6][(int) (crc >>> 8 & 0xff)]
              ^ TABLES[5][(int) (crc >>> 16 & 0xff)]
              ^ TABLES[4][(int) (crc >>> 24 & 0xff)]
              ^ TABLES[3][(int) (crc >>> 32 & 0xff)]
              ^ TABLES[2][(int) (crc >>> 40 & 0xff)]
              ^ TABLES[1][(int) (crc >>> 48 & 0xff)]
              ^ TABLES[0][(int) (crc >>> 56)];
    }
    for (; at < end; at++) {
      crc = TABLES[0][(int) (crc ^ bytes[at]) & 0xff] ^ crc >>> 8;
    }
    value = crc;
  }

  long value() {
    return value;
  }

  static long little(byte[] bytes, int at) {
    long number = 0;
    for (int i = 7; i >= 0; i--) {
      number = number << 8 | bytes[at + i] & 0xff;
    }
    return number;
  }
}
