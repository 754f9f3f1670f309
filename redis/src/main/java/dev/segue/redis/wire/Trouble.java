package dev.segue.redis.wire;

import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisConnectionException;

/// What Redis refuses, by name.
public final class Trouble {

  /// Those that pass by themselves: a restart, a failover, a script of somebody else.
  private static final Set<String> PASSING =
      Set.of(
          "redis-unreachable",
          "redis-loading",
          "redis-cluster-down",
          "redis-busy",
          "redis-read-only",
          "redis-client-certificate");

  private static final Pattern INSIDE_A_SCRIPT =
      Pattern.compile("Error running script.*: -(READONLY|OOM|MISCONF|NOPERM|CLUSTERDOWN)\\b");

  private static final Pattern COMMAND = Pattern.compile("run the '([^' ]+)' command");

  private static final String SCRIPTS =
      "+eval +evalsha +script: values are compared and set in one step only so";

  private static final String CREDENTIALS =
      "Check user and password: the variable that redis.url names, or redis.password-file.";

  private static final String AGAIN = " Then run the same command again.";

  private Trouble() {}

  /// Whether waiting may help.
  public static boolean passes(SegueException e) {
    return PASSING.contains(e.code());
  }

  /// @param e of the client's library
  public static SegueException of(RedisTarget target, RuntimeException e) {
    if (e instanceof SegueException known) {
      return known;
    }
    String said = String.valueOf(e.getMessage());
    if (e instanceof JedisConnectionException) {
      return external(
          "redis-unreachable",
          "%s does not answer: %s".formatted(target.shown(), said),
          "Is the server up, and is this its host and port?" + AGAIN,
          e);
    }
    return refused(target, said, e);
  }

  private static SegueException refused(RedisTarget target, String said, RuntimeException e) {
    String what = target.shown() + " says: " + said;
    return switch (word(said)) {
      case "NOAUTH", "WRONGPASS" ->
          new SegueException(Kind.USER, "redis-no-auth", what, CREDENTIALS, e);
      case "READONLY" ->
          external(
              "redis-read-only", what, "Name the primary in redis.url, not a replica." + AGAIN, e);
      case "OOM" ->
          new SegueException(
              Kind.RESOURCES,
              "redis-out-of-memory",
              what,
              "Raise maxmemory, or make room." + AGAIN,
              e);
      case "MISCONF" ->
          external(
              "redis-misconf",
              what,
              "Redis cannot write to its disk; its log says why." + AGAIN,
              e);
      case "NOPERM" -> permission(target, said, e);
      case "LOADING" -> external("redis-loading", what, "It is starting; wait." + AGAIN, e);
      case "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "NOREPLICAS", "MOVED", "ASK" ->
          external("redis-cluster-down", what, "CLUSTER INFO says what is missing." + AGAIN, e);
      case "BUSY" -> external("redis-busy", what, "SCRIPT KILL ends what runs there." + AGAIN, e);
      default -> other(target, said, e);
    };
  }

  /// What it begins with; before 7.0, errors inside a script are wrapped in one of their own.
  private static String word(String said) {
    if (said.contains("executing the script can't")) {
      return "NOPERM";
    }
    Matcher inside = INSIDE_A_SCRIPT.matcher(said);
    return inside.find() ? inside.group(1) : said.split(" ", 2)[0];
  }

  private static SegueException permission(RedisTarget target, String said, RuntimeException e) {
    boolean scripts = said.toLowerCase(Locale.ROOT).contains("eval");
    String user = target.user() == null ? "default" : target.user();
    return new SegueException(
        Kind.USER,
        scripts ? "redis-scripts-forbidden" : "redis-no-permission",
        target.shown() + " says: " + said,
        "ACL SETUSER %s %s.".formatted(user, scripts ? SCRIPTS : right(said)),
        e);
  }

  /// That is missing.
  private static String right(String said) {
    Matcher command = COMMAND.matcher(said);
    if (command.find()) {
      return "+" + command.group(1);
    }
    return said.contains("access")
        ? "~segue:* and ~ with the pattern of the keys that change: all are read and written"
        : "with what it names; scripts set, get, and delete, too";
  }

  private static SegueException other(RedisTarget target, String said, RuntimeException e) {
    String what = target.shown() + " says: " + said;
    String lower = what.toLowerCase(Locale.ROOT);
    if (lower.contains("unknown command") && lower.contains("eval")) {
      return permission(target, said, e);
    }
    if (lower.contains("invalid password") || lower.contains("invalid username")) {
      return new SegueException(Kind.USER, "redis-no-auth", what, CREDENTIALS, e);
    }
    return external("redis-refused", what, null, e);
  }

  private static SegueException external(
      String code, String what, @org.jspecify.annotations.Nullable String remedy, Throwable e) {
    return new SegueException(Kind.EXTERNAL, code, what, remedy, e);
  }
}
