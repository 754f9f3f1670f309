package dev.segue.redis.wire;

import dev.segue.change.RedisTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/// All primaries that hold the keys: one, or a cluster's. Not for several threads.
public final class Server implements AutoCloseable {

  private static final int SLOTS = 16_384;
  private static final int REDIRECTS = 8;

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
  private List<Primary> primaries = List.of();
  private final @Nullable Node[] bySlot = new @Nullable Node[SLOTS];

  private Server(RedisTarget target, boolean cluster) {
    this.target = target;
    this.cluster = cluster;
  }

  /// @throws SegueException as [Node#open]; USER `redis-layout` when it is laid out otherwise than
  ///   the file says
  public static Server open(RedisTarget target) {
    Node first = Node.open(target);
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
    } else {
      found.add(new Primary("single", runId(asked), List.of(), asked));
    }
    primaries = List.copyOf(found);
  }

  private static int first(Primary primary) {
    return Integer.parseInt(primary.slots().getFirst().split("-", 2)[0]);
  }

  private Primary member(Node asked, String[] words) {
    String address = words[1].split("[@,]", 2)[0];
    int colon = address.lastIndexOf(':');
    boolean self = words[2].contains("myself") || colon <= 0;
    Node node =
        self
            ? asked
            : node(
                new HostAndPort(
                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
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

  private static String runId(Node node) {
    return node.info("server").getOrDefault("run_id", "");
  }

  /// A connection of this one to the same server.
  public Node same(Node other) {
    return node(other.at());
  }

  private Node node(HostAndPort at) {
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
    Node node = bySlot[Raw.slot(key)];
    if (node == null) {
      throw new SegueException(
          Kind.EXTERNAL,
          "redis-cluster-down",
          "No node of " + target.shown() + " serves slot " + Raw.slot(key),
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
