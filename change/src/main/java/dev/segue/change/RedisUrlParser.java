package dev.segue.change;

import dev.segue.change.Variables.Filled;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads URLs of Redis as redis-cli and the client libraries write them.
final class RedisUrlParser {

  private static final int DEFAULT_PORT = 6379;
  private static final int MOST_DATABASES = 16_384;

  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>rediss?)://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?"
              + "(?<host>\\[[0-9A-Fa-f:.%]+]|[^:/?#@\\[\\]]*)(?::(?<port>[^/?#@]*))?"
              + "(?:/(?<database>[^/?#]*))?");

  /// Anything in a literal text that could be meant as a password.
  private static final Pattern PASSWORD = Pattern.compile("//[^/@]*:[^@/?#]+@");

  private RedisUrlParser() {}

  /// The target it names, its layout still open.
  static RedisTarget parse(Filled url) throws Misfit {
    if (PASSWORD.matcher(url.literal()).find()) {
      throw new Misfit(
          "holds a password; keep it out of the file: write ${REDIS_URL}, or the URL without it"
              + " and a password-file beside");
    }
    return parse(url.text());
  }

  /// @param url with its password
  static RedisTarget parse(String url) throws Misfit {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new Misfit(
          "is no URL of Redis: write redis://user@host:6379/0 or rediss://host, and percent-encode"
              + " / ? # @ : in names and passwords");
    }
    String host = Objects.requireNonNull(parts.group("host"));
    if (host.isEmpty()) {
      throw new Misfit("names no host");
    }
    String user = decode(parts.group("user"));
    String password = decode(parts.group("password"));
    return new RedisTarget(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        number(parts.group("port"), DEFAULT_PORT, 65_535, "port"),
        number(parts.group("database"), 0, MOST_DATABASES - 1, "database"),
        "rediss".equals(parts.group("scheme")) ? RedisTls.USUAL : null,
        user,
        password == null ? null : new Secret(password),
        RedisTarget.Layout.AUTO);
  }

  private static int number(@Nullable String text, int fallback, int most, String what)
      throws Misfit {
    if (text == null || text.isEmpty()) {
      return fallback;
    }
    int least = fallback == 0 ? 0 : 1;
    if (!text.matches("\\d{1,5}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw new Misfit(
          "has a %s that is no whole number from %d to %d".formatted(what, least, most));
    }
    return Integer.parseInt(text);
  }

  private static @Nullable String decode(@Nullable String text) throws Misfit {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Misfit("has a percent sign that encodes nothing; write %25 for the sign itself");
    }
  }
}
