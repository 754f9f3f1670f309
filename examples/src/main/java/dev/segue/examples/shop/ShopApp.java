package dev.segue.examples.shop;

import dev.segue.examples.shop.Writers.Form;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/// The shop by hand, on the Redis that `REDIS_URL` names: `fill` puts it there, `write` is a
/// version of its application at work.
public final class ShopApp {

  private static final String USAGE = "shop fill [KEYS] | shop write old|new [SECONDS]";
  private static final int KEYS = 200_000;
  private static final int SECONDS = 60;

  private ShopApp() {}

  public static void main(String[] args) {
    String url = System.getenv("REDIS_URL");
    if (url == null || args.length == 0) {
      fail("usage: REDIS_URL=redis://host:port/database " + USAGE);
    } else if (args[0].equals("fill") && args.length <= 2) {
      fill(URI.create(url), args.length > 1 ? Integer.parseInt(args[1]) : KEYS);
    } else if (args[0].equals("write") && (args.length == 2 || args.length == 3)) {
      Form form = Form.valueOf(args[1].toUpperCase(Locale.ROOT));
      write(URI.create(url), form, args.length > 2 ? Integer.parseInt(args[2]) : SECONDS);
    } else {
      fail("usage: " + USAGE);
    }
  }

  private static void fill(URI redis, int keys) {
    try (Jedis jedis = new Jedis(redis)) {
      if (jedis.dbSize() > 0) {
        fail("this database is not empty; name another one, such as redis://127.0.0.1:6379/7");
        return;
      }
      Shop shop = Shop.of(keys);
      shop.fill(jedis);
      System.out.printf("%,d members and %,d events%n", shop.members(), shop.events());
    }
  }

  private static void write(URI redis, Form form, int seconds) {
    try (Jedis jedis = new Jedis(redis)) {
      Shop shop = Shop.of(Math.toIntExact(jedis.keys("shop:*").size()));
      Writers writers = new Writers(redis, shop);
      try (writers) {
        writers.start(form);
        LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
      }
      System.out.printf(
          "%,d writes acknowledged, %,d refused, %,d lost%n",
          writers.writes(), writers.failed(), writers.lost(jedis));
    }
  }

  private static void fail(String why) {
    System.err.println(why);
    System.exit(2);
  }
}
