package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupSectionTest {

  @TempDir private Path directory;

  private Backup backup(String yaml) throws java.io.IOException {
    Path file = directory.resolve("change.yaml");
    java.nio.file.Files.writeString(
        file,
        """
        change: c
        postgres: { url: postgres://localhost/app }
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        backup: %s
        """
            .formatted(yaml));
    return java.util.Objects.requireNonNull(ChangeFile.read(file, Map.of()).backup());
  }

  @Test
  void bothStoresCanBeBackedUp() throws java.io.IOException {
    Backup both = backup("{ postgres: { to: a }, redis: { to: b } }");
    assertThat(both.postgres()).isNotNull();
    assertThat(both.redis())
        .isEqualTo(new RedisBackup(directory.resolve("b"), RedisBackup.Verification.LOAD, 7, null));
  }

  @Test
  void everyKeyOfTheRedisBackupIsRead() throws java.io.IOException {
    assertThat(
            backup("{ redis: { to: b, verify: checksum, keep: 2, server-tools: /opt/redis/bin } }"))
        .isEqualTo(
            new Backup(
                null,
                new RedisBackup(
                    directory.resolve("b"),
                    RedisBackup.Verification.CHECKSUM,
                    2,
                    Path.of("/opt/redis/bin"))));
  }
}
