package dev.segue.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ReportDocumentsTest {

  @Test
  void markdown_shows_all_of_it() {
    assertThat(ReportDocuments.markdown(Reports.small()))
        .isEqualTo(
            """
            # rename-member-column

            Person links say bm_parliament_member instead of fahanie_cares_member

            **Carried out.** Served by the new version since 02:00:09.

            |  |  |
            | --- | --- |
            | Run | 7f3a |
            | Began | 2026-02-03 02:00:00 UTC |
            | Ended | 2026-02-03 02:01:35 UTC |
            | Took | 1 min 35 s |
            | Started by | ana@ops-2 |
            | Segue | 0.1.0 |
            | Journal | members at 127.0.0.1:5432, schema segue |

            ## Figures

            | figure | value | target |  |
            | --- | --- | --- | --- |
            | Requests failed | 0 | 0 | met |
            | Longest lock | 12 ms | under 500 ms | met |
            | Requests | 1,400 | – | – |

            1,400 requests in 2 samples, 0 failed; the slowest sample's p95 was 22 ms.

            ## What to do next

            - Run `segue finish rename-member-column` from 2026-02-04 02:01 UTC on

            ## Steps

            | # | step | began | took | ended | found |
            | --- | --- | --- | --- | --- | --- |
            | 1 | Back up unified_db_personlink | 02:00:01 | 4.2 s | done | bytes 1.2 MB |
            | 2 | Give both names to the column | 02:00:06 | 12 ms | done |  |

            ## Gates

            | gate | answer | because | remedy |
            | --- | --- | --- | --- |
            | health | passed | status is 'healthy', errors 0 of at most 5 | – |
            | last change | warning | 34 h ago, wished for are 48 h | Wait until 2026-02-03 16:00 UTC |

            ## Locks

            | step | longest held | attempts |
            | --- | --- | --- |
            | expand-unified_db_personlink | 12 ms | 2 |

            ## Watch

            Every 10 s for 5 min. Verdict: **pass**.

            - `health.errors > 10`
            - `a || b for 60s`

            | window | from | until |  |
            | --- | --- | --- | --- |
            | automatic | 02:00:00 | 02:05:00 | Segue goes back by itself |

            ## Backup

            |  |  |
            | --- | --- |
            | kind | snapshot |
            | restored | yes |
            | tables | a, b |

            ## Lessons learned

            - Gate 'last change' warned: 34 h ago, wished for are 48 h. Did it matter?
              <br>…
            - What went as planned, and should stay as it is?
              <br>…
            - What surprised us?
              <br>…
            - What do we do differently next time?
              <br>…

            | follow-up | who | until |
            | --- | --- | --- |
            |  |  |  |

            ## Sign-off

            | role | name | accepted | date |
            | --- | --- | --- | --- |
            | Technical lead |  | yes / no |  |
            | Database administrator |  | yes / no |  |
            | Operations |  | yes / no |  |
            | Business |  | yes / no |  |

            ## Journal

            | # | at | what | of | hash |
            | --- | --- | --- | --- | --- |
            | 1 | 02:00:00 | planned | 2 steps | `9f2c6a0d41b7` |
            | 2 | 02:00:01 | step-started | backup | `04bb1e` |
            """);
  }

  @Test
  void markdown_keeps_text_from_outside_text() {
    String markdown = ReportDocuments.markdown(Reports.hostile("a|b <script>`x` *y*\n# z_a _q_"));

    assertThat(markdown)
        .contains("# a\\|b \\<script>\\`x\\` \\*y\\* # z_a \\_q\\_")
        .contains("- `` a|b <script>`x` *y* # z_a _q_ ``")
        .contains("| `` a\\|b <script>`x` *y* # z_a _q_ `` |")
        .doesNotContain("\n# z_a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</title></style><svg onload=alert(1)>",
        "${evil} &amp; &lt; ]]> --> 😀"
      })
  void html_keeps_text_from_outside_text(String evil) throws Exception {
    Document page = parse(ReportDocuments.html(Reports.hostile(evil)));

    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("img").getLength()).isZero();
    assertThat(text(page, "h1")).containsExactly(evil);
    assertThat(text(page, "title").getFirst()).startsWith(evil);
    assertThat(text(page, "code")).contains(evil);
    for (Element element : elements(page, "*")) {
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        assertThat(element.getAttributes().item(i).getNodeName()).doesNotStartWith("on");
      }
    }
  }

  @Test
  void html_is_whole_in_itself() throws Exception {
    for (Report report : List.of(Reports.small(), Reports.takenBack(), Reports.empty())) {
      String html = ReportDocuments.html(report);
      Document page = parse(html);

      assertThat(html).doesNotContain("url(", "@import", " src=", " href=");
      Set<String> ids = new HashSet<>();
      for (Element element : elements(page, "*")) {
        String id = element.getAttribute("id");
        assertThat(id.isEmpty() || ids.add(id)).as("id %s once", id).isTrue();
      }
      for (Element element : elements(page, "*")) {
        for (String id : element.getAttribute("aria-labelledby").split(" ", -1)) {
          assertThat(id.isEmpty() || ids.contains(id)).as("label %s is there", id).isTrue();
        }
      }
    }
  }

  @Test
  void html_draws_every_sample_and_names_every_failure() throws Exception {
    Document page = parse(ReportDocuments.html(Reports.takenBack()));

    List<Element> lines =
        elements(page, "path").stream()
            .filter(p -> p.getAttribute("class").equals("line"))
            .toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().getAttribute("d").split("[ML]", -1)).hasSize(1 + 102);
    assertThat(text(page, "circle")).containsExactly("21 failed", "22 failed", "23 failed");
  }

  @Test
  void json_says_the_same_to_programs() {
    JsonNode json = JsonMapper.shared().readTree(ReportDocuments.json(Reports.takenBack()));

    assertThat(json.at("/run/result").stringValue()).isEqualTo("TAKEN_BACK");
    assertThat(json.at("/run/started").stringValue()).isEqualTo("2026-02-03T02:00:00Z");
    assertThat(json.at("/run/duration_ms").longValue()).isEqualTo(102_000);
    assertThat(json.at("/way_back/time_to_restored_ms").longValue()).isEqualTo(720);
    assertThat(json.at("/steps/3/facts/bytes").longValue()).isEqualTo(1_904_331);
    assertThat(json.at("/steps/10/adopted").booleanValue()).isTrue();
    assertThat(json.at("/steps/12/started").isNull()).isTrue();
    assertThat(json.at("/watch/breaches/0/figures").stringValue()).isEqualTo("health.errors = 14");
    assertThat(json.at("/samples/0/p95_ms").isNumber()).isTrue();
    assertThat(json.at("/locks/0/lock_ms").doubleValue()).isEqualTo(11.8);
    assertThat(json.at("/journal/45/hash").stringValue()).hasSize(64);
  }

  @Test
  void asks_what_the_figures_ask() {
    assertThat(HandOver.questions(Reports.takenBack()))
        .startsWith(
            "'health.errors > 10' broke (health.errors = 14). Could a gate, the rehearsal or a test"
                + " have seen it before the switch?",
            "The conductor was restarted in step 'verify'. Why did it stop?",
            "Step 'watch' failed. Why, and what would have told us before?",
            "'p99 during' was 132 ms, the target is under 100 ms. Why?")
        .contains("What surprised us?");
  }

  /// For eyes: target/report.html and its like.
  @Test
  void leaves_an_example_to_look_at() throws IOException {
    Path target = Files.createDirectories(Path.of("target"));
    Report report = Reports.takenBack();
    Files.writeString(target.resolve("report.html"), ReportDocuments.html(report));
    Files.writeString(target.resolve("report.md"), ReportDocuments.markdown(report));
    Files.writeString(target.resolve("report.json"), ReportDocuments.json(report));

    assertThat(target.resolve("report.html")).isNotEmptyFile();
  }

  private static Document parse(String html)
      throws ParserConfigurationException, IOException, SAXException {
    assertThat(html.stripLeading()).startsWith("<!DOCTYPE html>");
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html.stripLeading())));
  }

  private static List<String> text(Document page, String tag) {
    return elements(page, tag).stream().map(Element::getTextContent).toList();
  }

  private static List<Element> elements(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }
}
