package dev.segue.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.segue.change.ChangeFileException.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said about change files that cannot be used: always all of it, in the file's order.
class ChangeFileProblemsTest {

  private static final String PASSWORD = "hunter2";
  private static final Map<String, String> ENVIRONMENT =
      Map.of("DATABASE_URL", "postgres://u:hunter2@h/db", "HOST", PASSWORD, "EMPTY", "");

  @TempDir Path directory;

  @Test
  void unknownKeysGetTheNearestOne() {
    assertProblems(
        """
        chang: x
        summery: y
        sumary: z
        deploy:
          rooter: { proxy: { listn: 8080 } }
          old: { comand: ./old, Port: 8001, colour: red }
          dead_man: 30s
        rollback: { byHand: 1h }
        watch: { rollback-when: [] }
        """,
        """
        1:1: unknown key 'chang' - did you mean 'change'?
        2:1: unknown key 'summery' - did you mean 'summary'?
        3:1: unknown key 'sumary' - did you mean 'summary'?
        5:3: deploy: unknown key 'rooter' - did you mean 'router'?
        5:3: deploy: 'new' is missing
        5:3: deploy: 'health' is missing
        6:10: deploy.old: unknown key 'comand' - did you mean 'command'?
        6:25: deploy.old: unknown key 'Port' - did you mean 'port'?
        6:37: deploy.old: unknown key 'colour'; the keys here are command, port, host, dir, env, stop, kill
        7:3: deploy: unknown key 'dead_man' - did you mean 'dead-man'?
        8:13: rollback: unknown key 'byHand' - did you mean 'by-hand'?
        9:10: watch: unknown key 'rollback-when' - did you mean 'roll-back-when'?
        """);
  }

  @Test
  void missingKeysAreNamed() {
    assertProblems(
        """
        change: x
        postgres: {}
        schema:
          - rename-column: { table: t }
          - {}
        deploy: {}
        watch: {}
        backup: {}
        verify:
          - sql: {}
        """,
        """
        2:11: postgres: 'url' is missing
        4:20: schema.rename-column: 'from' is missing
        4:20: schema.rename-column: 'to' is missing
        5:5: schema: expected exactly one of the keys rename-column, add-column, drop-column, change-type, split-column, merge-columns, set-not-null, drop-not-null, set-default, drop-default, replace-enum, add-check, add-foreign-key, add-unique, add-primary-key, add-exclude, drop-constraint, create-index, drop-index, rebuild-index, create-table, drop-table, rename-table, add-enum-value, create-function, create-view, attach-partition, detach-partition, sql
        6:9: deploy: 'router' is missing
        6:9: deploy: 'old' is missing
        6:9: deploy: 'new' is missing
        6:9: deploy: 'health' is missing
        7:8: watch: 'roll-back-when' is missing
        8:9: backup: nothing is backed up: write 'postgres', 'redis' or both
        10:10: verify.sql: 'query' is missing
        10:10: verify.sql: 'expect' is missing
        """);
  }

  @Test
  void valuesOfTheWrongKind() {
    assertProblems(
        """
        change: 2026
        summary: [a]
        postgres: postgres://localhost/app
        gates: { health: { url: x } }
        schema: rename-column
        deploy:
          router: { proxy: 8080 }
          old: { command: true, port: "8001", kill: maybe, env: [A], dir: ~ }
          new: { command: ./new, port: 8002.5, kill: "true", env: { A: [1], "B C": 1, D: ~ } }
          health: { path: /up, rise: two, every: 5 }
          drain:
        rehearsal: on
        rollback: 5m
        ? [a]
        : b
        """,
        """
        1:9: change: '2026' is not a name; write it in quotes
        2:10: summary: expected text, found a list
        3:11: postgres: expected a mapping with the keys url, password-file, scratch, lock-timeout, lock-attempts, backfill, end-idle-transactions, found a single value
        4:8: gates: expected a list: begin each entry with '- '
        5:9: schema: expected a list: begin each entry with '- '
        7:20: deploy.router.proxy: expected a mapping with the keys listen, host, found a single value
        8:19: deploy.old.command: 'true' is not text; write it in quotes
        8:31: deploy.old.port: '8001' is not a port (a whole number from 1 to 65535); write it without quotes
        8:45: deploy.old.kill: 'maybe' is not true or false
        8:57: deploy.old.env: expected a mapping of names to values
        8:67: deploy.old.dir: expected a path, found nothing
        9:32: deploy.new.port: '8002.5' is not a port (a whole number from 1 to 65535)
        9:46: deploy.new.kill: 'true' is not true or false; write it without quotes
        9:64: deploy.new.env.A: expected a value
        9:69: deploy.new.env: this is no name of an environment variable
        9:82: deploy.new.env.D: expected a value
        10:30: deploy.health.rise: 'two' is not a number of answers (a whole number from 1 to 100)
        10:42: deploy.health.every: '5' is not a duration such as 90s, 5m or 1h30m
        11:9: deploy.drain: expected a duration such as 90s, 5m or 1h30m, found nothing
        12:12: rehearsal: expected 'off' or a mapping with the keys old, new
        13:11: rollback: expected a mapping with the keys automatic, by-hand, found a single value
        14:3: a key must be a word
        """);
  }

  @Test
  void valuesThatMakeNoSense() {
    assertProblems(
        """
        change: Rename_It
        postgres: { url: mysql://localhost/app, lock-attempts: 0, lock-timeout: 0s }
        gates:
          - window: { between: 2-4, zone: Asia/Manilla, days: [monday, Sun, xyz] }
          - window: { between: "04:00-04:00", zone: Mars, days: [] }
          - health: { url: "ftp://host/", expect: "" }
          - health: { url: "http://a b/", expect: "  " }
          - last-change: { older-than: 48hours }
        backup: { postgres: { to: "a\\0b", verify: restored, keep: -1, with: pgdump } }
        schema:
          - rename-column: { table: a.b.c, from: "\\"a\\"", to: abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl }
          - rename-column: { table: .t, from: abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijé, to: "x\\0" }
        deploy:
          strategy: bluegreen
          router: { proxy: { listen: 70000, host: "http://x" } }
          old: { command: ./old, port: 0, stop: 5 m }
          new: { command: ./new, port: 99999999999, stop: 4000d }
          health: { path: up, within: 5x }
        verify:
          - http: { get: people/1, expect: "status == 200", within: 0s }
        watch:
          roll-back-when: ["a > 1 for ever", "b > 1 for 10", 5]
        """,
        """
        1:9: change: 'Rename_It' is no name for a change: write up to 50 of a-z, 0-9 and -, not beginning with -
        2:18: postgres.url: 'mysql://localhost/app' is no PostgreSQL URL: write postgres://user@host:5432/database, and percent-encode / ? # @ : in names and passwords
        2:56: postgres.lock-attempts: '0' must be a whole number from 1 to 10000
        2:73: postgres.lock-timeout: '0s' must be longer than nothing
        4:24: gates.window.between: '2-4' is no window: write two times of day, 02:00-04:00
        4:35: gates.window.zone: 'Asia/Manilla' is no time zone - did you mean 'Asia/Manila'?
        4:56: gates.window.days: 'monday' is not one of mon, tue, wed, thu, fri, sat, sun
        4:64: gates.window.days: 'Sun' is not one of mon, tue, wed, thu, fri, sat, sun - did you mean 'sun'?
        4:69: gates.window.days: 'xyz' is not one of mon, tue, wed, thu, fri, sat, sun
        5:24: gates.window.between: '04:00-04:00' begins and ends at the same time; without a window every time is right
        5:45: gates.window.zone: 'Mars' is no time zone
        5:57: gates.window.days: has 0 entries; from 1 to 100 may be
        6:20: gates.health.url: 'ftp://host/' is no URL of the web: write http://host:port/path
        6:43: gates.health.expect: '' is empty
        7:20: gates.health.url: 'http://a b/' is no URL
        7:43: gates.health.expect: '' is empty
        8:32: gates.last-change.older-than: '48hours' is no duration: write 250ms, 90s, 5m, 24h, 7d or 1h30m
        9:27: backup.postgres.to: 'a�b' holds a NUL character
        9:43: backup.postgres.verify: 'restored' is not one of list, restore - did you mean 'restore'?
        9:59: backup.postgres.keep: '-1' must be a whole number from 1 to 10000
        9:69: backup.postgres.with: 'pgdump' is not one of auto, pg-dump, snapshot - did you mean 'pg-dump'?
        11:29: schema.rename-column.table: 'a.b.c' has more than one dot: write table or schema.table
        11:42: schema.rename-column.from: '"a"' is written with double quotes; write the name alone, in its exact case
        11:55: schema.rename-column.to: 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl' is 64 bytes long; PostgreSQL keeps 63
        12:29: schema.rename-column.table: '.t' has an empty part
        12:39: schema.rename-column.from: 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijé' is 64 bytes long; PostgreSQL keeps 63
        12:108: schema.rename-column.to: 'x�' holds a NUL character
        14:13: deploy.strategy: 'bluegreen' is not one of blue-green - did you mean 'blue-green'?
        15:30: deploy.router.proxy.listen: '70000' must be a whole number from 1 to 65535
        15:43: deploy.router.proxy.host: 'http://x' is no host: write a name or an address, no port
        16:32: deploy.old.port: '0' must be a whole number from 1 to 65535
        16:41: deploy.old.stop: '5 m' is no duration: write 250ms, 90s, 5m, 24h, 7d or 1h30m
        17:32: deploy.new.port: '99999999999' must be a whole number from 1 to 65535
        17:51: deploy.new.stop: '4000d' is longer than ten years
        18:19: deploy.health.path: 'up' must begin with / and hold no blanks
        18:31: deploy.health.within: '5x' is no duration: write 250ms, 90s, 5m, 24h, 7d or 1h30m
        20:18: verify.http.get: 'people/1' is neither a path that begins with / nor a URL
        20:61: verify.http.within: '0s' must be longer than nothing
        22:20: watch.roll-back-when: 'a > 1 for ever' ends with 'for' and something that is no duration: write 250ms, 90s, 5m, 24h, 7d or 1h30m
        22:38: watch.roll-back-when: 'b > 1 for 10' ends with 'for' and something that is no duration: write 250ms, 90s, 5m, 24h, 7d or 1h30m
        22:54: watch.roll-back-when: '5' is not a rule; write it in quotes
        """);
  }

  @Test
  void choicesOfTheWrongNumberOrName() {
    assertProblems(
        """
        change: x
        gates:
          - { health: { url: "http://h/", expect: a }, last-change: { older-than: 1h } }
          - approvals: { from: [dba] }
          - windw: { between: "02:00-04:00", zone: UTC }
          -
          - text
        schema:
          - shrink-column: { table: t }
        deploy:
          router: { nginx: {} }
          old: { command: ./old, port: 8001 }
          new: { command: ./new, port: 8002 }
          health: { path: /up }
        """,
        """
        3:5: gates: expected exactly one of the keys health, window, last-change
        4:5: gates: unknown key 'approvals'; the keys here are health, window, last-change
        5:5: gates: unknown key 'windw' - did you mean 'window'?
        6:4: gates: expected exactly one of the keys health, window, last-change, found nothing
        7:5: gates: expected exactly one of the keys health, window, last-change, found a single value
        9:3: schema: a schema can only change in a database: 'postgres' is missing
        9:5: schema: unknown key 'shrink-column' - did you mean 'split-column'?
        11:13: deploy.router: unknown key 'nginx'; the keys here are proxy
        """);
  }

  @Test
  void keysGivenTwice() {
    assertProblems(
        """
        change: x
        change: y
        schema:
          - rename-column: { table: t, from: a, to: b, from: c }
        postgres: { url: postgres://localhost/app }
        postgres: { url: postgres://localhost/app }
        deploy:
          router: { proxy: { listen: 8080 } }
          old: { command: ./old, port: 8001, env: { A: 1, A: 2 } }
          new: { command: ./new, port: 8002 }
          health: { path: /up }
        """,
        """
        2:1: 'change' is given twice, first in line 1
        4:48: schema.rename-column: 'from' is given twice, first in line 4
        6:1: 'postgres' is given twice, first in line 5
        9:51: deploy.old.env: 'A' is given twice
        """);
  }

  @Test
  void partsThatNeedOthers() {
    assertProblems(
        """
        change: x
        backup: { postgres: { to: backups } }
        rehearsal: {}
        schema:
          - rename-column: { table: t, from: a, to: b }
        verify:
          - sql: { query: select 1, expect: n > 0 }
          - http: { get: /up, expect: status == 200 }
        watch:
          roll-back-when: [http.p95 > 2s]
        """,
        """
        2:21: backup.postgres: there is no database to back up: 'postgres' is missing
        3:12: rehearsal: there is no database to rehearse on: 'postgres' is missing
        5:3: schema: a schema can only change in a database: 'postgres' is missing
        7:37: verify.sql: there is no database to ask: 'postgres' is missing
        8:31: verify.http: a path is asked of the router, and 'deploy' is missing; write a whole URL
        10:3: watch: there is no new version to watch: 'deploy' is missing
        """);
  }

  @Test
  void nothingChanges() {
    assertProblems(
        """
        change: x
        gates: []
        """,
        """
        1:1: nothing changes: write 'schema', 'backfill', 'redis-indexes' or 'deploy'
        """);
  }

  @Test
  void renamesToTheSameName() {
    assertProblems(
        """
        change: x
        postgres: { url: postgres://localhost/app }
        schema:
          - rename-column: { table: t, from: a, to: a }
        """,
        """
        4:45: schema.rename-column.to: the column has this name already: from and to are the same
        """);
  }

  @Test
  void renamesInEachOthersWay() {
    assertProblems(
        """
        change: x
        postgres: { url: postgres://localhost/app }
        schema:
          - rename-column: { table: t, from: a, to: b }
          - rename-column: { table: t, from: a, to: c }
          - rename-column: { table: t, from: b, to: d }
          - rename-column: { table: u, from: a, to: b }
        """,
        """
        5:38: schema.rename-column: 'a' of 't' is in an earlier rename already; a change renames a column once
        6:38: schema.rename-column: 'b' of 't' is in an earlier rename already; a change renames a column once
        """);
  }

  @Test
  void operationsThatCannotBe() {
    assertProblems(
        """
        change: x
        postgres: { url: postgres://localhost/app }
        schema:
          - add-column: { table: t, column: a, type: int, not-null: true }
          - add-column: { table: t, column: b, type: int, default: "0", generated: a + 1 }
          - add-column: { table: t, column: c, type: int, up: a, generated: a + 1 }
          - merge-columns: { table: t, columns: [d, e], into: { column: f, type: int, up: d + e }, down: { d: f } }
          - drop-index: { index: a.b.c }
          - sql: { name: A b, up: SELECT 1, down: SELECT 2 }
          - create-indx: { table: t }
        """,
        """
        4:61: schema.add-column.not-null: the old version leaves it out: write 'default' or 'up', which says what is in its rows
        5:17: schema.add-column: a column has one of default, identity and generated
        6:55: schema.add-column.up: a generated column has no other source: leave 'up' out
        7:98: schema.merge-columns.down: must name every one of 'columns', and no other
        8:26: schema.drop-index.index: 'a.b.c' has more than one dot: write name or schema.name
        9:18: schema.sql.name: 'A b' is no name: up to 50 of a-z, 0-9 and hyphens, beginning with a letter or digit
        10:5: schema: unknown key 'create-indx' - did you mean 'create-index'?
        """);
  }

  @Test
  void theSameTwice() {
    assertProblems(
        """
        change: x
        postgres: { url: postgres://localhost/app }
        schema:
          - set-default: { table: t, column: a, default: "0" }
          - drop-index: { index: i }
          - set-default: { table: t, column: a, default: "1" }
          - add-check: { table: t, name: c, check: a > 0 }
          - add-unique: { table: t, name: c, columns: [a] }
        """,
        """
        6:18: schema: the same is asked for already: set-default t a
        8:17: schema: the same is asked for already: a constraint t c
        """);
  }

  @Test
  void portsThatCollide() {
    assertProblems(
        """
        change: x
        deploy:
          router: { proxy: { listen: 8001, host: 0.0.0.0 } }
          old: { command: ./old, port: 8001 }
          new: { command: ./new, port: 8001 }
          health: { path: /up, rise: 10, every: 10s }
        """,
        """
        4:32: deploy.old.port: 8001 is the router's port
        5:32: deploy.new.port: 8001 is the old version's port too
        5:32: deploy.new.port: 8001 is the router's port
        6:11: deploy.health: 10 healthy answers, one every 10s, do not fit in 1m: no version could ever be up
        """);
  }

  @Test
  void timesThatDoNotFit() {
    assertProblems(
        """
        change: x
        deploy:
          router: { proxy: { listen: 8000 } }
          old: { command: ./old, port: 8001 }
          new: { command: ./new, port: 8002 }
          health: { path: /up, rise: 10, every: 10s }
        watch:
          every: 6m
          roll-back-when:
            - http.p95 > 2s for 5m
            - "http.p95 > 2s for 1m"
            - "http.p95 > 2s  for  60s"
        rollback: { automatic: 1h }
        contract: { after: 10m }
        """,
        """
        6:11: deploy.health: 10 healthy answers, one every 10s, do not fit in 1m: no version could ever be up
        8:10: watch.every: no sample is taken in a watch of 5m
        10:7: watch.roll-back-when: a rule that must hold for 5m can never break in a watch of 5m
        12:8: watch.roll-back-when: the same rule stands here twice
        13:24: rollback.automatic: by-hand (30m) is shorter than automatic (1h)
        """);
  }

  @Test
  void aDeadMansSwitchTooShortForTheWatch() {
    assertProblems(
        """
        change: x
        deploy:
          router: { proxy: { listen: 8000 } }
          old: { command: ./old, port: 8001 }
          new: { command: ./new, port: 8002 }
          health: { path: /up }
          dead-man: 10s
        watch: { roll-back-when: [http.p95 > 2s] }
        contract: { after: 29m }
        """,
        """
        7:13: deploy.dead-man: each sample of the watch (every 10s) renews the dead man's switch (10s), which must be longer
        9:20: contract.after: the contract would come after 29m, while rollback.by-hand keeps the way back open for 30m
        """);
  }

  @Test
  void aWatchTooSlowForTheDeadMansSwitch() {
    assertProblems(
        """
        change: x
        deploy:
          router: { proxy: { listen: 8000 } }
          old: { command: ./old, port: 8001 }
          new: { command: ./new, port: 8002 }
          health: { path: /up }
        watch: { every: 30s, roll-back-when: [http.p95 > 2s] }
        rollback: { by-hand: 25h }
        """,
        """
        7:17: watch.every: each sample of the watch (every 30s) renews the dead man's switch (30s), which must be longer
        8:22: rollback.by-hand: the contract would come after 1d, while rollback.by-hand keeps the way back open for 1d1h
        """);
  }

  @Test
  void variablesThatAreMissingOrDoNotFit() {
    assertProblems(
        """
        change: x
        summary: pays ${DATABSE_URL} and ${ or ${1X} and ${NOTHING}
        postgres: { url: "${DATABASE_URL}" }
        gates:
          - health: { url: "${HOST}", expect: "a == '${HOST}'" }
        deploy:
          router: { proxy: { listen: "${HOST}" } }
          old: { command: "${EMPTY}", port: 8001, stop: "${HOST}", kill: "${HOST}" }
          new: { command: ./new, port: 8002, env: { A: "${A}" } }
          health: { path: "${HOST}" }
        """,
        """
        2:15: summary: the environment variable DATABSE_URL is not set - did you mean 'DATABASE_URL'?
        2:34: summary: '${' begins a variable: write ${NAME} or ${NAME:-default}, or $${ for the characters themselves
        2:40: summary: '${' begins a variable: write ${NAME} or ${NAME:-default}, or $${ for the characters themselves
        2:50: summary: the environment variable NOTHING is not set
        5:20: gates.health.url: '${HOST}', filled in, is no URL of the web: write http://host:port/path
        7:30: deploy.router.proxy.listen: '${HOST}', filled in, must be a whole number from 1 to 65535
        8:19: deploy.old.command: '${EMPTY}', filled in, is empty
        8:49: deploy.old.stop: '${HOST}', filled in, is no duration: write 250ms, 90s, 5m, 24h, 7d or 1h30m
        8:66: deploy.old.kill: '${HOST}', filled in, is neither true nor false
        9:49: deploy.new.env.A: the environment variable A is not set
        10:19: deploy.health.path: '${HOST}', filled in, must begin with / and hold no blanks
        """);
  }

  @Test
  void aliasesOfBadValues() {
    assertProblems(
        """
        change: x
        deploy:
          router: { proxy: { listen: 8000 } }
          old: &v { command: ./old, prt: 8001 }
          new: *v
          health: { path: /up }
        """,
        """
        4:29: deploy.old: unknown key 'prt' - did you mean 'port'?
        4:29: deploy.new: unknown key 'prt' - did you mean 'port'?
        """);
  }

  @Test
  void filesThatAreNotThere() {
    assertProblems(
        """
        change: x
        postgres: { url: postgres://localhost/app, password-file: secret.txt }
        rehearsal: { old: missing.sql, new: . }
        schema:
          - rename-column: { table: t, from: a, to: b }
        """,
        """
        2:59: postgres.password-file: 'secret.txt' names no file; paths start at the change file's directory
        3:19: rehearsal.old: 'missing.sql' names no file; paths start at the change file's directory
        3:37: rehearsal.new: '.' names no file; paths start at the change file's directory
        """);
  }

  @Test
  void textThatIsNotYaml() {
    assertProblems(
        """
        change: x
        deploy: { router: [
        """,
        """
        3:1: this is not YAML: while parsing a flow node (line 3): expected the node content, but found '<stream end>'
        """);
    assertProblems(
        """
        change: x
        \tdeploy: y
        """,
        """
        2:1: this is not YAML: while scanning for the next token: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)
        """);
    assertProblems(
        """
        change: x
         deploy: y
        """,
        """
        2:8: this is not YAML: mapping values are not allowed here
        """);
    assertProblems(
        """
        change: *nowhere
        """,
        """
        1:9: this is not YAML: found undefined alias nowhere
        """);
    assertProblems(
        """
        change: "x
        """,
        """
        2:1: this is not YAML: while scanning a quoted scalar (line 1): found unexpected end of stream
        """);
    assertProblems(
        """
        %YAML 3.0
        ---
        change: x
        """,
        """
        1:1: this is not YAML: Version{major=3, minor=0}
        """);
  }

  @Test
  void textThatIsNoMappingOrMoreThanOne() {
    assertProblems(
        """
        change: x
        ---
        change: y
        """,
        """
        2:1: a second document begins here; a change file holds one
        """);
    assertProblems(
        """
        just text
        """,
        """
        1:1: expected a mapping with the keys change, summary, postgres, redis, gates, rehearsal, backup, schema, backfill, redis-indexes, deploy, verify, watch, rollback, contract, overrides, found a single value
        """);
    assertProblems(
        """
        - a
        """,
        """
        1:1: expected a mapping with the keys change, summary, postgres, redis, gates, rehearsal, backup, schema, backfill, redis-indexes, deploy, verify, watch, rollback, contract, overrides, found a list
        """);
    assertProblems(
        """

        """,
        """
        1:1: the file is empty; begin with 'change: NAME'
        """);
    assertProblems(
        """
        # only a comment
        """,
        """
        1:1: the file is empty; begin with 'change: NAME'
        """);
    assertProblems(
        """
        ~
        """,
        """
        1:1: expected a mapping with the keys change, summary, postgres, redis, gates, rehearsal, backup, schema, backfill, redis-indexes, deploy, verify, watch, rollback, contract, overrides, found nothing
        """);
  }

  @Test
  void passwordsInTheFile() {
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "postgres://u:hunter2@h/db" }
        """,
        """
        3:18: postgres.url: 'postgres://u:***@h/db' holds a password; keep it out of the file: write ${DATABASE_URL}, or the URL without it and a password-file beside
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "jdbc:postgresql://h/db?user=u&password=hunter2" }
        """,
        """
        3:18: postgres.url: 'jdbc:postgresql://h/db?user=u&password=***' holds a password; keep it out of the file: write ${DATABASE_URL}, or the URL without it and a password-file beside
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "${X:-postgres://u:hunter2@h/db}", scratch: "postgres://u:${Y:-hunter2}@h/db" }
        """,
        """
        3:18: postgres.url: '${X:***@h/db}', filled in, holds a password; keep it out of the file: write ${DATABASE_URL}, or the URL without it and a password-file beside
        3:62: postgres.scratch: 'postgres://u:***@h/db', filled in, holds a password; keep it out of the file: write ${DATABASE_URL}, or the URL without it and a password-file beside
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "postgres://u:hunter2" }
        """,
        """
        3:18: postgres.url: 'postgres://u:***' has a port that is no whole number from 1 to 65535
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: postgres://u:hunter2@h/db
        """,
        """
        3:11: postgres: expected a mapping with the keys url, password-file, scratch, lock-timeout, lock-attempts, backfill, end-idle-transactions, found a single value
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "postgres://u:hunter2@h/db }
        """,
        """
        4:1: this is not YAML: while scanning a quoted scalar (line 3): found unexpected end of stream
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: [ "postgres://u:hunt er2@h/db" ], password: hunter2 }
        """,
        """
        3:18: postgres.url: expected a PostgreSQL URL, found a list
        3:52: postgres: unknown key 'password' - did you mean 'password-file'?
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "postgres://u:hun@ter2/@h/db", scratch: "postgres://u@h/db?sslpassword=hunter2"  }
        """,
        """
        3:18: postgres.url: 'postgres://u:***@h/db' holds a password; keep it out of the file: write ${DATABASE_URL}, or the URL without it and a password-file beside
        3:58: postgres.scratch: 'postgres://u@h/db?sslpassword=***' holds a password; keep it out of the file: write ${DATABASE_URL}, or the URL without it and a password-file beside
        """);
  }

  @Test
  void databaseUrls() {
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "postgres:///db", scratch: "postgres://h" }
        """,
        """
        3:18: postgres.url: 'postgres:///db' names no host
        3:45: postgres.scratch: 'postgres://h' names no database
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "postgres://a,b/db", scratch: "postgres://h:port/db" }
        """,
        """
        3:18: postgres.url: 'postgres://a,b/db' names several hosts; name the one that takes writes
        3:48: postgres.scratch: 'postgres://h:***' has a port that is no whole number from 1 to 65535
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "postgres://h/db?host=/run", scratch: "postgres://%zz@h/db" }
        """,
        """
        3:18: postgres.url: 'postgres://h/db?host=/run' names a Unix socket; PostgreSQL is reached by TCP only: name a host
        3:56: postgres.scratch: 'postgres://%zz@h/db' has a percent sign that encodes nothing; write %25 for the sign itself
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "postgres://h/db?a", scratch: "postgres://%00@h/db" }
        """,
        """
        3:18: postgres.url: 'postgres://h/db?a' has a parameter that is not name=value
        3:48: postgres.scratch: 'postgres://%00@h/db' holds a NUL character
        """);
    assertProblems(
        """
        change: x
        schema: [{ rename-column: { table: t, from: a, to: b } }]
        postgres: { url: "jdbc:postgresql:db", scratch: "postgres://h:0/db" }
        """,
        """
        3:18: postgres.url: 'jdbc:postgresql:db' is no PostgreSQL URL: write postgres://user@host:5432/database, and percent-encode / ? # @ : in names and passwords
        3:49: postgres.scratch: 'postgres://h:0/db' has a port that is no whole number from 1 to 65535
        """);
  }

  @Test
  void excerptsQuoteTheFileAndHidePasswords() {
    List<Problem> problems =
        problems(
            """
            chnge: x
            postgres: { url: "postgres://u:hunter2@h/db", password: hunter2 }
            schema: [{ rename-column: { table: t, from: a, to: "${HOST}${NOTHING}" } }]
            deploy: 5
            """);

    assertThat(problems)
        .extracting(Problem::excerpt)
        .containsExactly("chnge", "postgres://u:***@h/db", "password", "${NOTHING}", "5");
  }

  private void assertProblems(String yaml, String expected) {
    List<Problem> problems = problems(yaml);

    assertThat(
            problems.stream()
                .map(p -> p.at().line() + ":" + p.at().column() + ": " + p.message() + "\n")
                .collect(Collectors.joining()))
        .isEqualTo(expected);
    assertThat(problems).extracting(Problem::excerpt).noneMatch(e -> e.contains(PASSWORD));
  }

  private List<Problem> problems(String yaml) {
    Path file = directory.resolve("change.yaml");
    ChangeFileException e =
        catchThrowableOfType(
            ChangeFileException.class, () -> ChangeFile.parse(yaml, file, ENVIRONMENT));
    assertThat(e).hasMessageContaining(file + ":").hasMessageNotContaining(PASSWORD);
    return e.problems();
  }
}
