package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import java.time.Duration;

/// `postgres`: the database that changes.
final class PostgresSection {

  private static final Form<DatabaseUrl> DATABASE =
      Scalars.text("a PostgreSQL URL", s -> DatabaseUrlParser.parse(s.filled()));

  private static final Key<DatabaseUrl> URL =
      required(
          "url",
          DATABASE,
          "Where the database is: postgres://user@host:5432/name, or the same as a JDBC URL. A"
              + " password comes from the environment, ${DATABASE_URL}, or from password-file.");
  private static final Key<DatabaseUrl> SCRATCH =
      optional(
          "scratch",
          DATABASE,
          "A server where scratch databases may be made; the database's own when not given.");
  private static final Key<Duration> LOCK_TIMEOUT =
      optional(
          "lock-timeout",
          Scalars.TIME,
          "300ms",
          "How long one try may wait for a lock: while it waits, others queue behind it.");
  private static final Key<Integer> LOCK_ATTEMPTS =
      optional(
          "lock-attempts",
          Scalars.number("a number of tries", 1, 10_000),
          "30",
          "How often a lock is tried before the step gives up.");

  private static final Key<PostgresBackfill> BACKFILL =
      optional(
          "backfill",
          PostgresBackfillSection.BACKFILL,
          "{}",
          "How rows are copied while users are served.");

  private static final Key<Duration> END_IDLE =
      optional(
          "end-idle-transactions",
          Scalars.TIME,
          "Sessions that keep a lock away and have been idle in a transaction for longer are ended;"
              + " without it nobody is.");

  static final Form<PostgresTarget> POSTGRES =
      MappingForm.of(
              PostgresSection::target,
              URL,
              PasswordFile.KEY,
              SCRATCH,
              LOCK_TIMEOUT,
              LOCK_ATTEMPTS,
              BACKFILL,
              END_IDLE)
          .checking(PostgresSection::check, URL, PasswordFile.KEY);

  private PostgresSection() {}

  private static void check(Fields f) {
    if (f.get(URL).password() != null) {
      f.problem("the URL brings a password already; leave one of the two out", "password-file");
    }
  }

  private static PostgresTarget target(Fields f) {
    DatabaseUrl url = f.get(URL);
    return new PostgresTarget(
        f.find(PasswordFile.KEY).map(url::withPassword).orElse(url),
        f.find(SCRATCH).orElse(null),
        f.get(LOCK_TIMEOUT),
        f.get(LOCK_ATTEMPTS),
        f.get(BACKFILL),
        f.find(END_IDLE).orElse(null));
  }
}
