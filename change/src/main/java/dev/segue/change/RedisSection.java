package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

/// `redis`: the server whose data changes.
final class RedisSection {

  private static final Key<RedisTarget> URL =
      required(
          "url",
          Scalars.text("a URL of Redis", s -> RedisUrlParser.parse(s.filled())),
          "Where the server is, or any node of the cluster: redis://user@host:6379/0, or rediss:// for TLS."
              + " A password comes from the environment, ${REDIS_URL}, or from password-file.");
  private static final Key<RedisTarget.Layout> LAYOUT =
      optional(
          "layout",
          Scalars.word(RedisTarget.Layout.class),
          "auto",
          "Whether keys are spread over a cluster; auto asks the server.");

  static final Form<RedisTarget> REDIS =
      MappingForm.of(RedisSection::target, URL, PasswordFile.KEY, LAYOUT)
          .checking(RedisSection::check, URL, LAYOUT);

  private RedisSection() {}

  private static void check(Fields f) {
    if (f.has(PasswordFile.KEY) && f.get(URL).password() != null) {
      f.problem("the URL brings a password already; leave one of the two out", "password-file");
    }
    if (f.get(LAYOUT) == RedisTarget.Layout.CLUSTER && f.get(URL).database() != 0) {
      f.problem("a cluster has database 0 only; leave the number out", "url");
    }
  }

  private static RedisTarget target(Fields f) {
    RedisTarget url = f.get(URL);
    return new RedisTarget(
        url.host(),
        url.port(),
        url.database(),
        url.tls(),
        url.user(),
        f.find(PasswordFile.KEY).orElse(url.password()),
        f.get(LAYOUT));
  }
}
