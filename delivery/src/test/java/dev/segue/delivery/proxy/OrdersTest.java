package dev.segue.delivery.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.segue.change.SegueException;
import dev.segue.conductor.FencedException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a router does that it is told, and what it does when nobody tells it anything.
@Timeout(60)
class OrdersTest extends ProxyScene {

  @Test
  void goesBackByItselfWhenNobodyIsHeard() throws Exception {
    router.route("old", old.address(), 1, null);
    router.route("new", next.address(), 1, new Router.Lease("old", 300));
    assertThat(get("/name").body()).isEqualTo("new");

    await().until(() -> "old".equals(router.state().active()));

    assertThat(get("/name").body()).isEqualTo("old");
    assertThat(router.state().deadMan()).isNull();
    assertThat(router.state().lastRevert())
        .extracting(Router.Revert::from, Router.Revert::to, Router.Revert::reason)
        .containsExactly("new", "old", "no conductor was heard for 300 ms");
  }

  @Test
  void staysWhileItIsRenewedAndWhenItIsDisarmed() {
    router.route("old", old.address(), 1, null);
    // Long enough that a busy machine does not miss a renewal.
    router.route("new", next.address(), 1, new Router.Lease("old", 2_000));
    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          assertThat(router.renew(1).active()).isEqualTo("new");
          return System.nanoTime() > end;
        });

    router.disarm(1);

    await().during(Duration.ofMillis(2_500)).until(() -> "new".equals(router.state().active()));
  }

  @Test
  void remembersOverARestartAndGoesBackWhenTheTimeIsUp() throws Exception {
    router.route("old", old.address(), 7, null);
    router.route("new", next.address(), 7, new Router.Lease("old", 60_000));
    int port = proxy.port();
    proxy.close();
    assertThat(router.listening()).isEmpty();
    assertThatThrownBy(() -> router.state())
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("router-down"));

    proxy = ProxyServer.start(settings(port));

    assertThat(get("/name").body()).isEqualTo("new");
    assertThat(router.state().deadMan()).isNotNull();
    assertThat(router.state().epoch("rename")).isEqualTo(7);

    router.route("new", next.address(), 7, new Router.Lease("old", 100));
    proxy.close();
    await().pollDelay(Duration.ofMillis(150)).until(() -> true);
    proxy = ProxyServer.start(settings(port));

    assertThat(get("/name").body()).isEqualTo("old");
    assertThat(router.state().lastRevert()).isNotNull();
  }

  @Test
  void refusesEveryOrderOfAnEarlierConductorAlsoAfterARestart() throws Exception {
    router.route("old", old.address(), 4, new Router.Lease("old", 60_000));
    assertThat(router.renew(5).epoch("rename")).isEqualTo(5);

    everyOrderIsFenced(4);
    int port = proxy.port();
    proxy.close();
    proxy = ProxyServer.start(settings(port));
    everyOrderIsFenced(4);

    assertThat(router.state().active()).isEqualTo("old");
    assertThat(router.state().deadMan()).isNotNull();
    assertThat(router.state().backends()).containsOnlyKeys("old");
    assertThat(new ProxyRouter(state, "another").backend("new", next.address(), 1).backends())
        .containsEntry("new", next.address());
  }

  private void everyOrderIsFenced(long epoch) throws Exception {
    Router.State before = router.state();
    for (Consumer<ProxyRouter> order :
        List.<Consumer<ProxyRouter>>of(
            r -> r.backend("new", next.address(), epoch),
            r -> r.route("new", next.address(), epoch, null),
            r -> r.renew(epoch),
            r -> r.disarm(epoch))) {
      assertThatThrownBy(() -> order.accept(router))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("epoch %d of rename is older than 5".formatted(epoch))
          .hasMessageContaining("proxy.json");
    }
    ProxyFile.Content content = new ProxyFile(state).read().orElseThrow();
    for (String order : List.of("backends", "route", "renew", "disarm")) {
      HttpRequest raw =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + content.control() + "/" + order))
              .header("Authorization", "Bearer " + content.token())
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      """
                      {"name": "new", "address": "%s", "change": "rename", "epoch": %d}\
                      """
                          .formatted(next.address(), epoch)))
              .build();
      HttpResponse<String> answer = http.send(raw, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(order).isEqualTo(409);
      assertThat(answer.body()).contains("\"error\":\"stale-epoch\"").contains("\"epoch\":5");
    }
    assertThat(router.state()).isEqualTo(before);
  }

  @Test
  void refusesWhoDoesNotKnowTheToken() throws Exception {
    ProxyFile.Content content = new ProxyFile(state).read().orElseThrow();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + content.control() + "/state"))
            .header("Authorization", "Bearer guessed")
            .build();

    assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(401);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(state.resolve("proxy.json"))))
        .isEqualTo("rw-------");
    assertThat(content.toString()).doesNotContain(content.token());
  }

  @Test
  void doesNotGuessFromATornFile() throws Exception {
    proxy.close();
    Path file = state.resolve("proxy.json");
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() / 2));

    assertThatThrownBy(() -> ProxyServer.start(settings(0)))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("router-state"));

    Files.writeString(file, "{}");
    assertThatThrownBy(() -> ProxyServer.start(settings(0))).isInstanceOf(SegueException.class);

    Files.writeString(file, whole);
    Files.writeString(state.resolve("proxy.json.next"), "{ torn by a kill");
    proxy = ProxyServer.start(settings(0));
    assertThat(router.listening()).hasValue("127.0.0.1:" + proxy.port());
  }

  @Test
  void anOrderThatCannotBeWrittenDownIsRefusedAndNothingHasChanged() throws Exception {
    router.route("old", old.address(), 1, null);
    Router.State before = router.state();
    Path inTheWay = Files.createDirectories(state.resolve("proxy.json.next"));
    Files.writeString(inTheWay.resolve("not-empty"), "");

    for (Consumer<ProxyRouter> order :
        List.<Consumer<ProxyRouter>>of(
            r -> r.backend("new", next.address(), 2),
            r -> r.route("new", next.address(), 2, new Router.Lease("old", 100)),
            r -> r.renew(2),
            r -> r.disarm(2))) {
      assertThatThrownBy(() -> order.accept(router))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("router-io"))
          .hasMessageContaining("cannot write the router's state");
      assertThat(router.state()).isEqualTo(before);
    }
    assertThat(get("/name").body()).isEqualTo("old");

    int port = proxy.port();
    proxy.close();
    proxy = ProxyServer.start(settings(port));
    assertThat(router.state()).as("found, although it cannot write either").isEqualTo(before);
    assertThat(get("/name").body()).isEqualTo("old");

    Files.delete(inTheWay.resolve("not-empty"));
    assertThat(router.route("new", next.address(), 2, null).active()).isEqualTo("new");
  }
}
