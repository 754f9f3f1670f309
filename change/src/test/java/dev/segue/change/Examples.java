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

  /// Every operation with every key.
  static final String OPERATIONS =
      """
      change: overhaul
      postgres: { url: postgres://localhost/app }
      schema:
        - create-table: { table: sales.orders, columns: "id bigint, at date", options: PARTITION BY RANGE (at) }
        - drop-table: { table: attic }
        - rename-table: { table: links, to: person_links }
        - add-column: { table: t, column: a, type: int, not-null: true, default: "0" }
        - add-column: { table: t, column: n, type: bigint, identity: by-default }
        - add-column: { table: t, column: g, type: int, generated: a + 1 }
        - add-column: { table: t, column: u, type: text, up: lower(name) }
        - drop-column: { table: t, column: b, down: "''" }
        - rename-column: { table: t, from: c, to: d, by: columns }
        - change-type: { table: t, column: e, to: f, type: "numeric(12,2)", up: e / 100.0, down: (f * 100)::int }
        - split-column:
            table: people
            column: name
            into:
              - { column: first, type: text, up: "split_part(name, ' ', 1)" }
              - { column: last, type: text, up: "split_part(name, ' ', 2)" }
            down: first || ' ' || last
        - merge-columns:
            table: visits
            columns: [day, hour]
            into: { column: at, type: timestamp, up: day + hour }
            down: { day: at::date, hour: at::time }
        - set-not-null: { table: t, column: h, fill: "0" }
        - drop-not-null: { table: t, column: i, fill: "0" }
        - set-default: { table: t, column: j, default: now() }
        - drop-default: { table: t, column: k }
        - add-check: { table: t, name: positive, check: a > 0, when: contract }
        - add-foreign-key: { table: t, name: to_u, columns: [u_id], references: u, keys: [id], actions: ON DELETE CASCADE }
        - add-unique: { table: t, name: one_of, columns: [a, d], include: [e], nulls-not-distinct: true, deferrable: true }
        - add-primary-key: { table: t, name: t_pkey, columns: [n] }
        - add-exclude: { table: t, name: apart, using: gist, exclude: "during WITH &&", where: NOT cancelled }
        - drop-constraint: { table: t, name: old_check, when: expand }
        - create-index: { table: t, name: by_email, on: [lower(email) DESC], unique: true, using: btree, include: [a], where: a > 0, with: fillfactor = 70 }
        - drop-index: { index: public.by_phone }
        - rebuild-index: { index: by_name }
        - add-enum-value: { type: mood, value: content, before: happy }
        - add-enum-value: { type: mood, value: sour, after: sad }
        - replace-enum: { table: t, column: state, to: status, type: status, values: [new, done], up: { open: new }, down: { new: open } }
        - create-function: { function: "totals_v2(integer)", sql: "CREATE FUNCTION …", replaces: "totals(integer)" }
        - create-view: { view: report_v2, sql: SELECT 1, replaces: report }
        - attach-partition: { table: events, partition: events_2027, values: "FOR VALUES IN (2027)" }
        - detach-partition: { table: events, partition: events_2020 }
        - sql: { name: own, up: SELECT 1, down: SELECT 2, contract: SELECT 3, stands: SELECT true, locks: [t] }
      """;

  /// Data that gets a new form, with every key.
  static final String DATA =
      """
      change: member-dates
      postgres: { url: postgres://localhost/app }
      redis: { url: "${REDIS_URL}", layout: single }
      backfill:
        - keys: ["shop:member:*", "shop:guest:*"]
          name: member-dates
          type: json-text
          convert:
            - datetime-to-epoch: { fields: [joined, "visits[].at"], zone: Asia/Manila, date-zone: Europe/Paris, digits: 3 }
            - date-to-epoch: { fields: profile.born, zone: Asia/Manila, digits: 0 }
            - rename: { from: profile.nick, to: alias }
            - split: { field: name, into: { first: "value.split(' ')[0]", last: "value.split(' ')[1]" }, down: first + ' ' + last }
            - merge: { fields: [day, hour], into: at, up: day + hour, down: { day: value, hour: value } }
            - convert: { field: price, up: value * 100, down: value / 100, done: value > 1000 }
            - set: { field: version, value: "2", always: true }
            - remove: { field: "visits[].ip" }
          on-error: { default: "" }
          max-errors: 50
          max-error-rate: 0.25%
          keep: aside
          pace: { share: 30%, batch-time: 1ms, max-batch: 100, max-latency: 5ms, max-memory: 70%, max-backlog: 40%, max-lag: 5s, quiet: { from: "20:00", to: "08:00", zone: Asia/Manila }, health: "http://127.0.0.1/up", max-health-time: 150ms }
        - model: { name: app.models.Member, prefix: shop }
          convert: [{ datetime-to-epoch: { fields: joined } }]
        - table: sales.orders
          name: cents
          set: { total_cents: "round(total * 100)::bigint" }
          where: total is not null
          todo: total_cents is null
          workers: 2
          on-error: log-and-skip
          keep: beside
          pace: { share: full, batch-time: 20ms, max-batch: 2000, max-active: 20, max-waiting: 2, max-lag: 3s, max-wal: 20MB }
      redis-indexes:
        - { name: members-v2, replaces: members-v1, alias: members, definition: "ON JSON PREFIX 1 'shop:app member:' SCHEMA $.joined AS joined NUMERIC SORTABLE" }
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
