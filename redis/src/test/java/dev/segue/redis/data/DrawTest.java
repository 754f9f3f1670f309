package dev.segue.redis.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DrawTest {

  private static List<String> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  @Test
  void eachIsAsLikelyWhereverItStands() {
    Draw draw = new Draw(1_000, new Random(4711));
    // As of two nodes, one of which has few.
    draw.add(keys(0, 300));
    for (int at = 300; at < 10_000; at += 100) {
      draw.add(keys(at, at + 100));
    }

    assertThat(draw.seen()).isEqualTo(10_000);
    assertThat(draw.drawn()).hasSize(1_000).doesNotHaveDuplicates();
    int[] tenths = new int[10];
    draw.drawn().forEach(key -> tenths[Integer.parseInt(key) / 1_000]++);
    // A hundred each; further off than this once in a million times.
    assertThat(IntStream.of(tenths).boxed()).allSatisfy(n -> assertThat(n).isBetween(55, 150));
    assertThat(draw.drawn()).filteredOn(key -> Integer.parseInt(key) < 300).hasSizeBetween(10, 60);
  }

  @Test
  void whereThereAreFewerAllAreDrawn() {
    Draw draw = new Draw(1_000, new Random(4711));
    draw.add(keys(0, 300));
    assertThat(draw.drawn()).hasSize(300);
  }
}
