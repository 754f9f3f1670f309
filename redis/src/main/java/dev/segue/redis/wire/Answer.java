package dev.segue.redis.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/// What a server said to one command.
///
/// @param said bytes, a number, a list, an error; null: nothing is there
public record Answer(@Nullable Object said) {

  /// Raw; null: nothing is there.
  public @Nullable String text() {
    return raw(said);
  }

  /// That of a command that always has one.
  public String words() {
    String text = text();
    return text == null ? "" : text;
  }

  public long number() {
    return said instanceof Long n ? n : Long.parseLong(words());
  }

  public boolean nothing() {
    return said == null;
  }

  /// Of a list of texts, each raw or null.
  public @Nullable String[] texts() {
    List<?> list = list();
    @Nullable String[] texts = new @Nullable String[list.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = raw(list.get(i));
    }
    return texts;
  }

  public List<Answer> parts() {
    List<Answer> parts = new ArrayList<>();
    list().forEach(part -> parts.add(new Answer(part)));
    return parts;
  }

  private List<?> list() {
    return said instanceof List<?> list ? list : List.of();
  }

  /// What it refused to do.
  public Optional<JedisDataException> refusal() {
    return said instanceof JedisDataException e ? Optional.of(e) : Optional.empty();
  }

  /// @throws JedisDataException when the command was refused
  Answer orThrow() {
    if (said instanceof JedisDataException e) {
      throw e;
    }
    return this;
  }

  private static @Nullable String raw(@Nullable Object said) {
    return switch (said) {
      case null -> null;
      case byte[] bytes -> Raw.of(bytes);
      case Object other -> other.toString();
    };
  }
}
