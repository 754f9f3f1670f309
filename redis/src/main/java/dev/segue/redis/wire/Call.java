package dev.segue.redis.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.commands.ProtocolCommand;

/// One command.
///
/// @param key where it must go; null: it is all the same
public record Call(@Nullable String key, CommandArguments arguments) {

  private static final Map<String, ProtocolCommand> COMMANDS = new ConcurrentHashMap<>();

  /// @param words raw
  public static Call of(String command, String... words) {
    return build(null, command, words);
  }

  /// The key is the first word.
  public static Call at(String key, String command, String... words) {
    CommandArguments arguments = new CommandArguments(command(command)).add(Raw.bytes(key));
    return new Call(key, add(arguments, words));
  }

  /// One whose key is not its first word, or that must go where a key is.
  public static Call near(@Nullable String key, String command, String... words) {
    return build(key, command, words);
  }

  private static Call build(@Nullable String key, String command, String... words) {
    return new Call(key, add(new CommandArguments(command(command)), words));
  }

  private static CommandArguments add(CommandArguments arguments, String... words) {
    for (String word : words) {
      arguments.add(Raw.bytes(word));
    }
    return arguments;
  }

  private static ProtocolCommand command(String name) {
    return COMMANDS.computeIfAbsent(
        name,
        words -> {
          byte[] bytes = Raw.bytes(words);
          return () -> bytes;
        });
  }
}
