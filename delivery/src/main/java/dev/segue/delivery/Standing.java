package dev.segue.delivery;

import dev.segue.change.AppVersion;
import dev.segue.change.Change;
import dev.segue.change.Deploy;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Workspace;
import dev.segue.delivery.process.AppProcess;
import dev.segue.delivery.process.Identity;
import dev.segue.delivery.process.Port;
import dev.segue.delivery.process.Waiting;
import dev.segue.delivery.proxy.ProxyRouter;
import dev.segue.delivery.proxy.Router;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Router and versions as they stand outside a run: brought up after a reboot, looked at, taken
/// down.
public final class Standing {

  private final Site site;

  /// @throws SegueException USER `no-deploy` when the change has no versions to run
  public Standing(Change change, Workspace workspace) {
    this(new Site(change.name(), deploy(change), workspace));
  }

  Standing(Site site) {
    this.site = site;
  }

  private static Deploy deploy(Change change) {
    Deploy deploy = change.deploy();
    if (deploy == null) {
      throw new SegueException(
          Kind.USER,
          "no-deploy",
          change.name() + " has no 'deploy': there is nothing to run",
          null);
    }
    return deploy;
  }

  /// What runs where.
  ///
  /// @param listening where users come to; null when the router does not answer
  /// @param standby the process that takes the router's place at its death; null when there is none
  public record Picture(
      @Nullable String listening,
      @Nullable Long standby,
      Router.@Nullable State state,
      Router.@Nullable Counters counters,
      List<Instance> instances) {
    public Picture {
      instances = List.copyOf(instances);
    }
  }

  /// One version's process.
  ///
  /// @param pid when Segue started it and it runs; else null
  /// @param holder who listens on its port, in words; null when nobody does
  /// @param complaint what its health check says; null when it is well
  public record Instance(
      String name,
      String address,
      @Nullable Long pid,
      @Nullable String holder,
      @Nullable String complaint) {}

  public Picture look() {
    ProxyRouter router = site.router();
    String listening = router.listening().orElse(null);
    return new Picture(
        listening,
        new RouterProcess(site).standby().running().map(Identity::pid).orElse(null),
        listening == null ? null : router.state(),
        listening == null ? null : router.counters(),
        List.of(instance(Site.OLD, site.oldVersion()), instance(Site.NEW, site.newVersion())));
  }

  private Instance instance(String name, AppVersion version) {
    Port port = Site.port(version);
    return new Instance(
        name,
        Site.address(version),
        site.process(version).running().map(Identity::pid).orElse(null),
        port.answers() ? port.holder() : null,
        site.health(version).complaint().orElse(null));
  }

  /// Has the router stand, and behind it the version it last served; the old one when it never
  /// served any. Does nothing where all of it stands.
  public void up(Waiting waiting, Consumer<String> progress) {
    ProxyRouter router = new RouterProcess(site).up(waiting);
    if (site.newAddress().equals(router.state().activeAddress())) {
      serve(Site.NEW, site.newVersion(), Map.of(), waiting, progress);
    } else {
      oldServes(router, router.state().epoch(site.change()), Map.of(), waiting, progress);
    }
  }

  /// Stops the router; requests in flight end first. The versions go on.
  public void routerDown(Waiting waiting) {
    new RouterProcess(site).stop(waiting);
  }

  /// Stops a version that Segue started.
  public void stop(AppVersion version, Waiting waiting) {
    site.process(version).stop(waiting);
  }

  /// Has the old version serve behind the router.
  void oldServes(
      Router router,
      long epoch,
      Map<String, String> marks,
      Waiting waiting,
      Consumer<String> progress) {
    Router.State state = router.state();
    String active = state.activeAddress();
    if (active != null && !active.equals(site.oldAddress())) {
      throw elsewhere(state);
    }
    serve(Site.OLD, site.oldVersion(), marks, waiting, progress);
    if (!Site.OLD.equals(state.active())) {
      router.route(Site.OLD, site.oldAddress(), epoch, null);
    }
  }

  SegueException elsewhere(Router.State state) {
    return new SegueException(
        Kind.REFUSED,
        "router-serves-other",
        "The router sends users to %s at %s, not to the old version at %s"
            .formatted(state.active(), state.activeAddress(), site.oldAddress()),
        "Has this change been carried out already? See 'segue status'; or correct 'deploy.old'.");
  }

  /// Has a version run and be healthy: finds it, whoever started it, or starts it.
  void serve(
      String name,
      AppVersion version,
      Map<String, String> marks,
      Waiting waiting,
      Consumer<String> progress) {
    AppProcess process = site.process(version);
    Port port = Site.port(version);
    if (process.running().isEmpty() && !port.isFree()) {
      adopt(name, version, port);
    } else {
      start(name, version, marks, waiting, progress);
    }
  }

  /// Has a version of our own run and be healthy.
  Identity start(
      String name,
      AppVersion version,
      Map<String, String> marks,
      Waiting waiting,
      Consumer<String> progress) {
    AppProcess process = site.process(version);
    Identity identity = launch(name, process, marks);
    site.health(version).awaitUp(process, waiting, progress);
    return identity;
  }

  /// Has a version of our own run; it may need some time yet to be healthy.
  static Identity launch(String name, AppProcess process, Map<String, String> marks) {
    Map<String, String> marked = new HashMap<>(marks);
    marked.put("SEGUE_VERSION", name);
    return process.running().orElseGet(() -> process.start(marked));
  }

  private void adopt(String name, AppVersion version, Port port) {
    site.health(version)
        .complaint()
        .ifPresent(complaint -> {
          throw new SegueException(
              Kind.EXTERNAL,
              "not-healthy",
              "The %s version's port is held by %s and it is not healthy: %s"
                  .formatted(name, port.holder(), complaint),
              "Repair or stop it, or correct its port in the change file.");
        });
  }
}
