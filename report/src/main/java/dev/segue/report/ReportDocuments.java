package dev.segue.report;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A report as a document: for a pull request, for people, for programs.
public final class ReportDocuments {

  private ReportDocuments() {}

  public static String markdown(Report report) {
    return MarkdownReport.of(report);
  }

  /// One file with everything in it: no scripts, nothing fetched. Well-formed as XML too.
  @SuppressWarnings("NullAway") // The generated method takes null for "no interceptor".
  public static String html(Report report) {
    StringOutput out = new StringOutput();
    JtereportGenerated.render(new OwaspHtmlTemplateOutput(out), null, new Page(report));
    return out.toString();
  }

  /// Names in snake case, times in ISO 8601, milliseconds as numbers.
  public static String json(Report report) {
    return JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(report)
        + "\n";
  }
}
