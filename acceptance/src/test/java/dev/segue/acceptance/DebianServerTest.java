package dev.segue.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.segue.acceptance.Segue.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The same change on another server: PostgreSQL 15 as Debian builds it, by a role that is no
/// superuser, backed up by pg_dump.
@Tag("acceptance")
class DebianServerTest {

  @Test
  void thereAndBackAndForGood() throws Exception {
    assumeTrue(DebianServer.isInstalled(), "needs Debian's postgresql-15");
    try (DebianServer server = DebianServer.open()) {
      try (Stage stage = Stage.on(server.database()).up();
          Users users = stage.users(100)) {
        String before = stage.database().definition();
        Result run = stage.segue("run");
        assertThat(run.exit()).as(run.all()).isZero();
        assertThat(stage.serving()).isEqualTo("new");
        assertThat(stage.segue("report").out()).contains("pg_dump 15");

        Result back = stage.segue("rollback", "--reason", "once more");
        assertThat(back.exit()).as(back.all()).isZero();
        assertThat(stage.database().definition()).isEqualTo(before);
        assertThat(stage.serving()).isEqualTo("old");

        Result again = stage.segue("run");
        assertThat(again.exit()).as(again.all()).isZero();
        Result finish = stage.segue("finish", "--force", "--reason", "nobody is left");
        users.servedSome();
        assertThat(finish.exit()).as(finish.all()).isZero();
        assertThat(stage.database().definition()).isEqualTo(Stage.renamed(before));
        assertThat(stage.scratchDatabases()).isEmpty();
        users.nothingLost(stage.newVersion());
      }
    }
  }
}
