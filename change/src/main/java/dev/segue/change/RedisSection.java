package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import java.nio.file.Path;
import java.util.List;

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

  private static final Key<Path> CA =
      optional(
          "ca-file",
          Scalars.FILE,
          "Certificates (PEM) of the authorities that may vouch for the server; relative to the"
              + " change file. Default: those that Java trusts.");
  private static final Key<Path> CERTIFICATE =
      optional(
          "cert-file",
          Scalars.FILE,
          "Segue's own certificate (PEM), where the server wants to see one; relative to the change"
              + " file.");
  private static final Key<Path> KEY =
      optional(
          "key-file",
          Scalars.FILE,
          "The key of cert-file (PEM, PKCS #8, without a password); relative to the change file.");

  static final Form<RedisTarget> REDIS =
      MappingForm.of(RedisSection::target, URL, PasswordFile.KEY, CA, CERTIFICATE, KEY, LAYOUT)
          .checking(RedisSection::check, URL, LAYOUT);

  private RedisSection() {}

  private static void check(Fields f) {
    if (f.has(PasswordFile.KEY) && f.get(URL).password() != null) {
      f.problem("the URL brings a password already; leave one of the two out", "password-file");
    }
    if (f.get(URL).tls() == null) {
      for (Key<Path> file : List.of(CA, CERTIFICATE, KEY)) {
        if (f.has(file)) {
          f.problem("the URL is not encrypted; write rediss://, or leave this out", file.name());
        }
      }
    }
    if (f.has(CERTIFICATE) != f.has(KEY)) {
      f.problem("cert-file and key-file go together", f.has(KEY) ? KEY.name() : CERTIFICATE.name());
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
        url.tls() == null
            ? null
            : new RedisTls(
                f.find(CA).orElse(null),
                f.find(CERTIFICATE).orElse(null),
                f.find(KEY).orElse(null)),
        url.user(),
        f.find(PasswordFile.KEY).orElse(url.password()),
        f.get(LAYOUT));
  }
}
