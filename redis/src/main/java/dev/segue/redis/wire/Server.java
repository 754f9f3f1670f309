package dev.segue.redis.wire;

import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/// All primaries that hold the keys: one, or a cluster's. Not for several threads.
public final class Server implements AutoCloseable {

  private static final int SLOTS = 16_384;
  private static final int REDIRECTS = 8;

  /// Of a cluster's node that is named in a file, by whom to reach the cluster when it has died.
  private static final Map<HostAndPort, List<HostAndPort>> NEIGHBOURS = new ConcurrentHashMap<>();

  /// Each node tells of its own only. One end is enough: there may be no other.
  private static final Pattern MOVING = Pattern.compile("\\[(\\d+)-[<>]-");

  /// One of them.
  ///
  /// @param id of a cluster's node; `single`
  /// @param runId another one after each start of the server
  /// @param slots of the cluster that it serves, as ranges: `0-5460`
  public record Primary(String id, String runId, List<String> slots, Node node) {
    public Primary {
      slots = List.copyOf(slots);
    }
  }

  private final RedisTarget target;
  private final boolean cluster;
  private final Map<HostAndPort, Node> opened = new TreeMap<>(Server::compare);

  /// By which certificates know nodes that say where they are by their IP.
  private final Map<HostAndPort, HostAndPort> names = new HashMap<>();

  private List<Primary> primaries = List.of();
  private final @Nullable Node[] bySlot = new @Nullable Node[SLOTS];

  private Server(RedisTarget target, boolean cluster) {
    this.target = target;
    this.cluster = cluster;
  }

  /// @throws SegueException as [Node#open]; USER `redis-layout` when it is laid out otherwise than
  ///   the file says
  public static Server open(RedisTarget target) {
    Node first = first(target);
    Server server = null;
    try {
      boolean cluster = "1".equals(first.info("cluster").get("cluster_enabled"));
      if (target.layout() != RedisTarget.Layout.AUTO
          && cluster != (target.layout() == RedisTarget.Layout.CLUSTER)) {
        throw new SegueException(
            Kind.USER,
            "redis-layout",
            target.shown() + (cluster ? " is a node of a cluster" : " is a single server"),
            "Write layout: auto in redis, or name the right server.");
      }
      server = new Server(target, cluster);
      server.opened.put(first.at(), first);
      server.look(first);
      return server;
    } catch (SegueException e) {
      if (server != null) {
        server.close();
      }
      first.close();
      throw e;
    }
  }

  private static Node first(RedisTarget target) {
    try {
      return Node.open(target);
    } catch (SegueException e) {
      if (Trouble.passes(e)) {
        for (HostAndPort other : NEIGHBOURS.getOrDefault(named(target), List.of())) {
          try {
            return Node.open(target, other, 0);
          } catch (SegueException too) {
            e.addSuppressed(too);
          }
        }
      }
      throw e;
    }
  }

  private static HostAndPort named(RedisTarget target) {
    return new HostAndPort(target.host(), target.port());
  }

  public RedisTarget target() {
    return target;
  }

  public boolean cluster() {
    return cluster;
  }

  /// In the order of their slots.
  public List<Primary> primaries() {
    return primaries;
  }

  /// Which processes serve which slots: another one after any restart, failover or move.
  public String signature() {
    StringBuilder signature = new StringBuilder();
    for (Primary primary : primaries) {
      signature.append(primary.id()).append('@').append(primary.runId());
      signature.append(primary.slots());
    }
    return signature.toString();
  }

  /// Asks again who serves what.
  public void refresh() {
    look(primaries.getFirst().node());
  }

  /// How many slots are on their way from one node to another. Keys of theirs are at either, and
  /// what must be written together may be torn apart.
  public int moving() {
    Set<String> moving = new HashSet<>();
    for (Primary primary : cluster ? primaries : List.<Primary>of()) {
      String nodes = primary.node().one(Call.of("CLUSTER", "NODES")).words();
      MOVING.matcher(nodes).results().forEach(found -> moving.add(found.group(1)));
    }
    return moving.size();
  }

  private void look(Node asked) {
    List<Primary> found = new ArrayList<>();
    if (cluster) {
      Arrays.fill(bySlot, null);
      for (String line : asked.one(Call.of("CLUSTER", "NODES")).words().split("\n", -1)) {
        String[] words = line.split(" ", -1);
        if (words.length > 8
            && words[2].contains("master")
            && !words[2].contains("fail")
            && !words[8].startsWith("[")) {
          found.add(member(asked, words));
        }
      }
      found.sort((a, b) -> Integer.compare(first(a), first(b)));
      for (int slot = 0; slot < SLOTS; slot++) {
        serving(slot);
      }
      NEIGHBOURS.put(named(target), found.stream().map(one -> one.node().at()).toList());
    } else {
      found.add(new Primary("single", runId(asked), List.of(), asked));
    }
    primaries = List.copyOf(found);
  }

  private static int first(Primary primary) {
    return Integer.parseInt(primary.slots().getFirst().split("-", 2)[0]);
  }

  private Primary member(Node asked, String[] words) {
    String[] addresses = words[1].split("@[^,]*,?|,", -1);
    int colon = addresses[0].lastIndexOf(':');
    boolean self = words[2].contains("myself") || colon <= 0;
    Node node = self ? asked : node(address(addresses, colon));
    List<String> slots = new ArrayList<>();
    for (int i = 8; i < words.length; i++) {
      if (!words[i].startsWith("[")) {
        slots.add(words[i]);
        String[] ends = words[i].split("-", 2);
        int last = Integer.parseInt(ends[ends.length - 1]);
        Arrays.fill(bySlot, Integer.parseInt(ends[0]), last + 1, node);
      }
    }
    return new Primary(words[0], runId(node), slots, node);
  }

  /// @param addresses the IP with the port, and since 7.0 the host's name
  private HostAndPort address(String[] addresses, int colon) {
    int port = Integer.parseInt(addresses[0].substring(colon + 1));
    HostAndPort at = new HostAndPort(addresses[0].substring(0, colon), port);
    if (addresses.length > 1 && !addresses[1].isEmpty()) {
      names.put(at, new HostAndPort(addresses[1], port));
    }
    return at;
  }

  private static String runId(Node node) {
    return node.info("server").getOrDefault("run_id", "");
  }

  /// A connection of this one to the same server.
  public Node same(Node other) {
    return node(other.at());
  }

  private Node node(HostAndPort said) {
    HostAndPort at = target.tls() == null ? said : names.getOrDefault(said, said);
    Node known = opened.get(at);
    if (known == null) {
      known = Node.open(target, at, 0);
      opened.put(at, known);
    }
    return known;
  }

  private static int compare(HostAndPort a, HostAndPort b) {
    int hosts = a.getHost().compareTo(b.getHost());
    return hosts == 0 ? Integer.compare(a.getPort(), b.getPort()) : hosts;
  }

  /// Who has a key.
  ///
  /// @param key null: anybody
  public Node of(@Nullable String key) {
    if (!cluster || key == null) {
      return primaries.getFirst().node();
    }
    return serving(Raw.slot(key));
  }

  private Node serving(int slot) {
    Node node = bySlot[slot];
    if (node == null) {
      throw new SegueException(
          Kind.EXTERNAL,
          "redis-cluster-down",
          "No node of " + target.shown() + " serves slot " + slot,
          "CLUSTER INFO says what is missing.");
    }
    return node;
  }

  /// Each where its key is, in one round trip a node; answers in the order of the calls.
  public List<Answer> all(List<Call> calls) {
    if (!cluster) {
      return of(null).all(calls);
    }
    Map<Node, List<Integer>> shares = new LinkedHashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      shares.computeIfAbsent(of(calls.get(i).key()), _ -> new ArrayList<>()).add(i);
    }
    Answer[] answers = new Answer[calls.size()];
    shares.forEach((node, share) -> {
      List<Answer> got = node.all(share.stream().map(calls::get).toList());
      for (int i = 0; i < got.size(); i++) {
        answers[share.get(i)] = got.get(i);
      }
    });
    for (int i = 0; i < answers.length; i++) {
      answers[i] = followed(calls.get(i), answers[i]);
    }
    return List.of(answers);
  }

  /// Where it was sent on to.
  private Answer followed(Call call, Answer first) {
    Answer answer = first;
    for (int i = 0; i < REDIRECTS && answer.said() instanceof JedisRedirectionException e; i++) {
      Node there = node(e.getTargetNode());
      switch (e) {
        case JedisAskDataException _ ->
            answer = there.all(List.of(Call.of("ASKING"), call)).getLast();
        case JedisMovedDataException moved -> {
          bySlot[moved.getSlot()] = there;
          answer = there.all(List.of(call)).getFirst();
        }
        default -> throw Trouble.of(target, e);
      }
    }
    return answer;
  }

  /// @throws SegueException when it is refused
  public Answer one(Call call) {
    Answer answer = all(List.of(call)).getFirst();
    answer
        .refusal()
        .ifPresent(e -> {
          throw Trouble.of(target, e);
        });
    return answer;
  }

  @Override
  public void close() {
    opened.values().forEach(Node::close);
  }
}
