package dev.segue.change;

import dev.segue.change.Variables.Filled;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads PostgreSQL URLs as libpq writes them, and their JDBC form.
final class DatabaseUrlParser {

  private static final int DEFAULT_PORT = 5432;

  private static final Pattern URL =
      Pattern.compile(
          "(?:jdbc:)?postgres(?:ql)?://(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?"
              + "(?<host>\\[[0-9A-Fa-f:.%]+]|[^:/?#@\\[\\]]*)(?::(?<port>[^/?#@]*))?"
              + "(?:/(?<database>[^/?#]*))?(?:\\?(?<query>[^#]*))?");

  /// Anything in a literal text that could be meant as a password.
  private static final Pattern PASSWORD =
      Pattern.compile("//[^/@]*:[^@/?#]+@|pass(?:word|wd)?=[^&]", Pattern.CASE_INSENSITIVE);

  private DatabaseUrlParser() {}

  static DatabaseUrl parse(Filled url) throws Misfit {
    if (PASSWORD.matcher(url.literal()).find()) {
      throw new Misfit(
          "holds a password; keep it out of the file: write ${DATABASE_URL}, or the URL without it"
              + " and a password-file beside");
    }
    return parse(url.text());
  }

  static DatabaseUrl parse(String text) throws Misfit {
    Matcher parts = URL.matcher(text);
    if (!parts.matches()) {
      throw new Misfit(
          "is no PostgreSQL URL: write postgres://user@host:5432/database, and percent-encode"
              + " / ? # @ : in names and passwords");
    }
    Map<String, String> parameters = parameters(parts.group("query"));
    String host = first(parameters.remove("host"), parts.group("host")).orElse("");
    if (host.isEmpty()) {
      throw new Misfit("names no host");
    }
    if (host.startsWith("/")) {
      throw new Misfit("names a Unix socket; PostgreSQL is reached by TCP only: name a host");
    }
    if (host.contains(",")) {
      throw new Misfit("names several hosts; name the one that takes writes");
    }
    int port = port(first(parameters.remove("port"), parts.group("port")));
    Optional<String> user = first(parameters.remove("user"), parts.group("user"));
    Optional<String> password = first(parameters.remove("password"), parts.group("password"));
    String database =
        first(parameters.remove("dbname"), parts.group("database"))
            .or(() -> user) // as libpq does it
            .orElseThrow(() -> new Misfit("names no database"));
    return new DatabaseUrl(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port,
        database,
        user.orElse(null),
        password.map(Secret::new).orElse(null),
        parameters);
  }

  private static int port(Optional<String> port) throws Misfit {
    if (port.isEmpty()) {
      return DEFAULT_PORT;
    }
    if (!port.get().matches("\\d{1,5}")
        || Integer.parseInt(port.get()) < 1
        || Integer.parseInt(port.get()) > 65535) {
      throw new Misfit("has a port that is no whole number from 1 to 65535");
    }
    return Integer.parseInt(port.get());
  }

  private static Map<String, String> parameters(@Nullable String query) throws Misfit {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new Misfit("has a parameter that is not name=value");
      }
      parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
    }
    return parameters;
  }

  /// A parameter, which is decoded already, goes before the same thing inside the URL.
  private static Optional<String> first(@Nullable String parameter, @Nullable String part)
      throws Misfit {
    String value = parameter != null ? parameter : part == null ? "" : decode(part);
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private static String decode(String text) throws Misfit {
    String decoded;
    try {
      // A plus sign stands for itself in libpq's URLs.
      decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Misfit("has a percent sign that encodes nothing; write %25 for the sign itself");
    }
    if (decoded.indexOf('\0') >= 0) {
      throw new Misfit("holds a NUL character");
    }
    return decoded;
  }
}
