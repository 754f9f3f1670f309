package dev.segue.redis.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import redis.clients.jedis.util.JedisClusterCRC16;

/// Bytes as text, one character each (ISO 8859-1), whatever they mean: keys and values as Redis has
/// them.
public final class Raw {

  private Raw() {}

  public static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /// Of what people write, which Redis has as UTF-8.
  public static String of(String text) {
    return ascii(text) ? text : of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] bytes(String raw) {
    return raw.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// What it says; empty when it is no UTF-8.
  public static Optional<String> text(String raw) {
    if (ascii(raw)) {
      return Optional.of(raw);
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(raw))).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /// For people.
  public static String shown(String raw) {
    return text(raw).orElseGet(() -> new String(bytes(raw), StandardCharsets.UTF_8));
  }

  /// Of the 16,384 of a cluster.
  public static int slot(String key) {
    return JedisClusterCRC16.getSlot(bytes(key));
  }

  private static boolean ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }
}
