package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What PostgreSQL URLs mean.
class DatabaseUrlTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://app:p%40s%2Fs+1@db.example:5433/members?sslmode=require",
        "postgresql://app:p%40s%2Fs+1@db.example:5433/members?sslmode=require",
        "jdbc:postgresql://db.example:5433/members?user=app&password=p%40s%2Fs+1&sslmode=require",
        "postgres://db.example:5433?user=app&password=p%40s/s+1&dbname=members&sslmode=require",
        "postgres://x/y?host=db.example&port=5433&user=app&password=p%40s%2Fs%2B1&dbname=members"
            + "&sslmode=require",
      })
  void oneDatabaseWrittenInSeveralWays(String url) {
    assertThat(read(url))
        .isEqualTo(
            new DatabaseUrl(
                "db.example",
                5433,
                "members",
                "app",
                new Secret("p@s/s+1"),
                Map.of("sslmode", "require")));
  }

  @Test
  void whatIsNotSaid() {
    assertThat(read("postgres://localhost/app")).isEqualTo(url("localhost", 5432, "app", null));
    assertThat(read("postgres://me@localhost")).isEqualTo(url("localhost", 5432, "me", "me"));
    assertThat(read("postgres://me:@localhost:/?")).isEqualTo(url("localhost", 5432, "me", "me"));
  }

  @Test
  void addressesOfVersionSixStandInBrackets() {
    DatabaseUrl url = read("postgres://me@[::1]:5433/app");

    assertThat(url).isEqualTo(url("::1", 5433, "app", "me"));
    assertThat(url).hasToString("postgres://me@[::1]:5433/app");
  }

  @Test
  void aPasswordMayComeFromAFile() throws IOException {
    Files.writeString(directory.resolve("secret.txt"), "  p@ss word\n");

    DatabaseUrl url = read("postgres://me@h/app, password-file: secret.txt");

    assertThat(url).isEqualTo(url("h", 5432, "app", "me").withPassword(new Secret("p@ss word")));
    assertThat(url.toString()).isEqualTo("postgres://me@h:5432/app");
  }

  @Test
  void aPasswordMayComeFromTheEnvironmentAlone() {
    Change change =
        ChangeFile.parse(
            yaml("\"postgres://me:${PASSWORD}@h/app\""),
            directory.resolve("change.yaml"),
            Map.of("PASSWORD", "hunter2"));

    assertThat(Objects.requireNonNull(change.postgres()).url().password())
        .isEqualTo(new Secret("hunter2"));
  }

  private static DatabaseUrl url(String host, int port, String database, @Nullable String user) {
    return new DatabaseUrl(host, port, database, user, null, Map.of());
  }

  private DatabaseUrl read(String url) {
    boolean alone = !url.contains(", ");
    Change change =
        ChangeFile.parse(
            yaml(alone ? "\"${URL}\"" : url), directory.resolve("change.yaml"), Map.of("URL", url));
    return Objects.requireNonNull(change.postgres()).url();
  }

  private static String yaml(String url) {
    return Examples.SHORT.replace("postgres://localhost/app", url);
  }
}
