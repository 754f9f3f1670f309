package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import dev.segue.change.PostgresBackup.Method;
import dev.segue.change.PostgresBackup.Verification;
import java.nio.file.Path;

/// `backup`: what is kept from before.
final class BackupSection {

  private static final Key<Path> TO =
      required(
          "to",
          Scalars.PATH,
          "Directory it is written to, made when missing; relative to the change file.");
  private static final Key<Verification> VERIFY =
      optional(
          "verify",
          Scalars.word(Verification.class),
          "restore",
          "How it is proved: restore it to a scratch database and compare, or list its contents.");
  private static final Key<Integer> KEEP =
      optional(
          "keep",
          Scalars.number("a number of backups", 1, 10_000),
          "7",
          "How many backups of this change stay there; older ones are removed.");
  private static final Key<Method> WITH =
      optional(
          "with",
          Scalars.word(Method.class),
          "auto",
          "How it is made: auto takes pg-dump where client tools as new as the server are at hand,"
              + " and the built-in snapshot of the touched tables where they are not.");
  private static final Key<Path> CLIENT_TOOLS =
      optional(
          "client-tools",
          Scalars.PATH,
          "Directory of pg_dump and pg_restore; the PATH when not given.");

  private static final Key<RedisBackup.Verification> REDIS_VERIFY =
      optional(
          "verify",
          Scalars.word(RedisBackup.Verification.class),
          "load",
          "How it is proved: load it into a scratch redis-server and compare, or check its"
              + " checksum.");
  private static final Key<Path> SERVER_TOOLS =
      optional(
          "server-tools",
          Scalars.PATH,
          "Directory of the redis-server that loads it; the PATH when not given.");

  private static final Key<PostgresBackup> POSTGRES =
      optional(
          "postgres",
          MappingForm.of(BackupSection::postgres, TO, VERIFY, KEEP, WITH, CLIENT_TOOLS),
          "A backup of the PostgreSQL database.");

  private static final Key<RedisBackup> REDIS =
      optional(
          "redis",
          MappingForm.of(
              f ->
                  new RedisBackup(
                      f.get(TO),
                      f.get(REDIS_VERIFY),
                      f.get(KEEP),
                      f.find(SERVER_TOOLS).orElse(null)),
              TO,
              REDIS_VERIFY,
              KEEP,
              SERVER_TOOLS),
          "A snapshot of the Redis server, or of every primary node of the cluster.");

  static final Form<Backup> BACKUP =
      MappingForm.of(
              f -> new Backup(f.find(POSTGRES).orElse(null), f.find(REDIS).orElse(null)),
              POSTGRES,
              REDIS)
          .checking(BackupSection::something);

  private BackupSection() {}

  private static void something(Fields f) {
    if (f.mapping() && !f.has(POSTGRES) && !f.has(REDIS)) {
      f.problem("nothing is backed up: write 'postgres', 'redis' or both");
    }
  }

  private static PostgresBackup postgres(Fields f) {
    return new PostgresBackup(
        f.get(TO), f.get(WITH), f.get(VERIFY), f.get(KEEP), f.find(CLIENT_TOOLS).orElse(null));
  }
}
