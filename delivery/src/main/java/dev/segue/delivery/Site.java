package dev.segue.delivery;

import dev.segue.change.AppVersion;
import dev.segue.change.Deploy;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
import dev.segue.delivery.process.AppProcess;
import dev.segue.delivery.process.Orders;
import dev.segue.delivery.process.Port;
import dev.segue.delivery.process.Waiting;
import dev.segue.delivery.proxy.ProxyRouter;

/// Where the versions and the router of one change are.
///
/// @param orders by which versions are started and stopped
record Site(String change, Deploy deploy, Workspace workspace, Orders orders) {

  /// Names of the router's backends.
  static final String OLD = "old";

  static final String NEW = "new";

  /// As a person finds it, outside a run.
  Site(String change, Deploy deploy, Workspace workspace) {
    this(change, deploy, workspace, Orders.free());
  }

  /// As a conductor acts on it.
  Site conductedBy(StepContext context) {
    Orders fenced = Orders.of(workspace.state(), change, context.fence().epoch());
    return new Site(change, deploy, workspace, fenced);
  }

  AppVersion oldVersion() {
    return deploy.oldVersion();
  }

  AppVersion newVersion() {
    return deploy.newVersion();
  }

  String oldAddress() {
    return address(oldVersion());
  }

  String newAddress() {
    return address(newVersion());
  }

  static String address(AppVersion version) {
    return version.host() + ":" + version.port();
  }

  static Port port(AppVersion version) {
    return new Port(version.host(), version.port());
  }

  AppProcess process(AppVersion version) {
    return AppProcess.of(version, workspace.state(), orders);
  }

  Health health(AppVersion version) {
    return new Health(deploy.health(), version);
  }

  ProxyRouter router() {
    return new ProxyRouter(workspace.state(), change);
  }

  /// Waits as the run does. What follows a wait is an act: so it ends by making sure that no other
  /// conductor has taken over meanwhile.
  static Waiting waiting(StepContext context) {
    return (condition, atMost, every) -> {
      boolean held = context.await(condition, atMost, every);
      context.fence().check();
      return held;
    };
  }

  /// Where users come to.
  Port entrance() {
    return switch (deploy.router()) {
      case Deploy.Router.Proxy(String host, int listen) -> new Port(host, listen);
    };
  }
}
