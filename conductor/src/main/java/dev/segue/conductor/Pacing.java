package dev.segue.conductor;

import dev.segue.conductor.journal.Request;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What people have asked of the pace of long steps, as the journal says; it outlives a conductor.
///
/// @param pause who paused it, and why; null while it goes on
/// @param since when it was paused; null while it goes on
public record Pacing(PaceOrder order, Event.@Nullable PaceOrdered pause, @Nullable Instant since) {

  public static final Pacing NONE = new Pacing(PaceOrder.NONE, null, null);

  private static final String PAUSE = "pause";
  private static final String RESUME = "resume";
  private static final String SHARE = "pace:";
  private static final String AS_THE_FILE_SAYS = "default";

  /// What a request is called that asks for this.
  ///
  /// @param share with [Event.Ordered#SHARE], more than 0 and at most 1; null: as the file says
  public static String request(Event.Ordered what, @Nullable Double share) {
    return switch (what) {
      case PAUSE -> PAUSE;
      case RESUME -> RESUME;
      case SHARE ->
          SHARE + (share == null ? AS_THE_FILE_SAYS : String.format(Locale.ROOT, "%.4f", share));
    };
  }

  /// Word that was left for the conductor.
  public record Asked(Event.PaceOrdered order, Instant at) {}

  /// Empty when the request is about something else.
  public static Optional<Event.PaceOrdered> asked(Request request) {
    return switch (request.kind()) {
      case PAUSE -> Optional.of(ordered(request, Event.Ordered.PAUSE, null));
      case RESUME -> Optional.of(ordered(request, Event.Ordered.RESUME, null));
      case SHARE + AS_THE_FILE_SAYS -> Optional.of(ordered(request, Event.Ordered.SHARE, null));
      default ->
          share(request.kind()).stream()
              .mapToObj(share -> ordered(request, Event.Ordered.SHARE, share))
              .findFirst();
    };
  }

  private static OptionalDouble share(String kind) {
    if (!kind.matches(SHARE + "[01](\\.\\d{1,9})?")) {
      return OptionalDouble.empty();
    }
    double share = Double.parseDouble(kind.substring(SHARE.length()));
    return share > 0 && share <= 1 ? OptionalDouble.of(share) : OptionalDouble.empty();
  }

  private static Event.PaceOrdered ordered(
      Request request, Event.Ordered what, @Nullable Double share) {
    String reason = request.reason().isBlank() ? null : request.reason();
    return new Event.PaceOrdered(what, share, request.by(), reason, request.id());
  }

  Pacing after(Event.PaceOrdered event, Instant at) {
    return switch (event.what()) {
      case PAUSE -> new Pacing(new PaceOrder(true, order.share()), event, at);
      case RESUME -> goingOn();
      case SHARE ->
          new Pacing(
              new PaceOrder(
                  order.paused(),
                  event.share() == null
                      ? OptionalDouble.empty()
                      : OptionalDouble.of(event.share())),
              pause,
              since);
    };
  }

  Pacing goingOn() {
    return new Pacing(new PaceOrder(false, order.share()), null, null);
  }
}
