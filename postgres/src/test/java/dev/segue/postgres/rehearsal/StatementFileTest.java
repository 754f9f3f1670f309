package dev.segue.postgres.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.postgres.rehearsal.StatementFile.Listed;
import org.junit.jupiter.api.Test;

class StatementFileTest {

  @Test
  void cutsAtSemicolonsOutsideQuotesAndComments() {
    assertThat(
            StatementFile.split(
                """
                -- a comment; with a semicolon
                SELECT 'it''s; one', "odd;name", E'a\\';b' FROM t;
                /* nested /* ; */ ; */
                SELECT $$ body; $$, $tag$ $$ ; $tag$ WHERE a = $1;
                SELECT 1
                """))
        .containsExactly(
            new Listed("SELECT 'it''s; one', \"odd;name\", E'a\\';b' FROM t", 2),
            new Listed("SELECT $$ body; $$, $tag$ $$ ; $tag$ WHERE a = $1", 4),
            new Listed("SELECT 1", 5));
  }

  @Test
  void anEmptyFileHasNone() {
    assertThat(StatementFile.split(" \n-- nothing\n;;")).isEmpty();
  }
}
