package dev.segue.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.segue.change.BackfillPace;
import dev.segue.change.BackfillPace.Limits;
import dev.segue.change.BatchTime;
import dev.segue.conductor.Facts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class WhatUsersNoticeTest {

  private static BackfillPace watching(String page) {
    return new BackfillPace(
        1, BatchTime.OF_ROWS, 0, Limits.NONE.with(page, Duration.ofMillis(1500)), null);
  }

  @Test
  void aPageThatFailsSlowsItDown() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    AtomicInteger status = new AtomicInteger(200);
    AtomicInteger asked = new AtomicInteger();
    server.createContext(
        "/health",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    server.start();
    String page = "http://127.0.0.1:" + server.getAddress().getPort() + "/health";
    try (Signals signals = HealthSignal.of(watching(page)).orElseThrow()) {
      await().until(() -> asked.get() > 1);
      assertThat(signals.verdict(Instant.now())).isEqualTo(Verdict.GO);
      status.set(503);
      await().until(() -> signals.verdict(Instant.now()) instanceof Verdict.Slow);
      assertThat(signals.verdict(Instant.now()))
          .isEqualTo(new Verdict.Slow("health page's p95 is 2000 ms, more than 1500"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shortReadsAreTimedBeforeAndDuring() {
    AtomicInteger reads = new AtomicInteger();
    Probe probe =
        new Probe() {
          @Override
          public void read() {
            if (reads.incrementAndGet() > 51) {
              LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
          }

          @Override
          public void close() {
            reads.set(-1000);
          }
        };
    Facts facts;
    try (Foreground foreground = Foreground.watch(probe)) {
      assertThat(reads.get()).isGreaterThanOrEqualTo(51);
      await().until(() -> foreground.facts().values().containsKey("p99_during_ms"));
      facts = foreground.facts();
    }
    assertThat((Double) facts.values().get("p99_during_ms")).isGreaterThan(18);
    assertThat(facts.values()).containsKey("p99_before_ms");
    assertThat(reads.get()).isEqualTo(-1000);
  }

  @Test
  void aSpreadIsRightToATwentieth() {
    Spread spread = new Spread();
    for (int i = 1; i <= 1000; i++) {
      spread.add(i * 1000L);
    }
    assertThat(spread.quantile(0.99)).isBetween(990_000 * 0.95, 990_000 * 1.05);
    assertThat(spread.quantile(0.5)).isBetween(500_000 * 0.95, 500_000 * 1.05);
    assertThat(new Spread().quantile(0.99)).isZero();
  }
}
