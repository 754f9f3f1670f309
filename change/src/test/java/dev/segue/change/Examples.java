package dev.segue.change;

/// Valid change files.
final class Examples {

  /// Every key, none with its default. Line and column of its values are compared in tests.
  static final String EVERYTHING =
      """
      change: rename-member-column
      summary: Person links say bm_parliament_member
      postgres:
        url: ${DATABASE_URL}
        scratch: postgresql://dba@scratch
        lock-timeout: 250ms
        lock-attempts: 10
        end-idle-transactions: 20s
      gates:
        - health: { url: "http://127.0.0.1:8001/health/detailed/", expect: "status == 'healthy' && errors <= 5", within: 3s }
        - window: { between: "02:00-04:00", zone: Asia/Manila, days: [mon, tue] }
        - last-change: { older-than: 48h }
      rehearsal: { old: statements/old.sql, new: statements/new.sql }
      backup: { postgres: { to: backups, verify: list, keep: 3, with: pg-dump, client-tools: /usr/lib/postgresql/18/bin } }
      schema:
        - rename-column: { table: sales.links, from: old_id, to: new_id }
      deploy:
        strategy: blue-green
        router: { proxy: { listen: 8080, host: 0.0.0.0 } }
        old:
          command: ./members --port 8001
          host: localhost
          port: 8001
          dir: app
          env: { TOKEN: "${TOKEN}", WORKERS: 4 }
          stop: 20s
          kill: true
        new:
          command: ./members --port 8002
          port: 8002
        health: { path: /health/, every: 2s, within: 30s, rise: 3, expect: "status == 'healthy'" }
        drain: 60s
        dead-man: 20s
      verify:
        - http: { get: /people/1, expect: "status == 200", within: 2s }
        - sql: { query: "select count(*) as n from links", expect: "n > 0", within: 9s }
        - command: { run: "./check.sh", within: 30s }
      watch:
        every: 5s
        for: 4m
        health: /health/detailed/
        roll-back-when:
          - "health.errors > 10"
          - health.status != 'fit for 5m'
          - |
            http.p95 > 2s for 1m
      rollback: { automatic: 6m, by-hand: 40m }
      contract: { after: 48h }
      """;

  /// As little as can be, in every part there is.
  static final String SHORT =
      """
      change: short
      postgres: { url: postgres://localhost/app }
      gates: [{ window: { between: "22:00-02:00", zone: UTC } }]
      backup: { postgres: { to: backups } }
      schema:
        - rename-column: { table: t, from: a, to: b }
      deploy:
        router: { proxy: { listen: 8080 } }
        old: { command: ./old, port: 8001 }
        new: { command: ./new, port: 8002 }
        health: { path: /up }
      watch:
        roll-back-when: [http.p95 > 2s]
      """;

  private Examples() {}
}
