package dev.segue.change;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One thing that is done to a value of Redis. Fields are a hash's, or paths such as `a.b[].c` in a
/// document.
public sealed interface ValueChange {

  Where where();

  /// Texts of dates become seconds since 1970 in UTC.
  ///
  /// @param zone of texts that name none; null: such texts cannot be converted
  /// @param dateZone of dates without a time: their midnight
  /// @param digits of the fraction that are kept, 0 to 6
  record DatetimeToEpoch(
      Where where, List<String> fields, @Nullable ZoneId zone, ZoneId dateZone, int digits)
      implements ValueChange {
    public DatetimeToEpoch {
      fields = List.copyOf(fields);
    }
  }

  /// Texts of dates without a time become the seconds of their midnight; back, they are dates
  /// again.
  ///
  /// @param zone whose midnight
  /// @param digits of the fraction that are kept, 0 to 6: with 0 there is none
  record DateToEpoch(Where where, List<String> fields, ZoneId zone, int digits)
      implements ValueChange {
    public DateToEpoch {
      fields = List.copyOf(fields);
    }
  }

  record Rename(Where where, String from, String to) implements ValueChange {}

  /// @param into a CEL expression over the fields, by new field
  /// @param down a CEL expression over the new fields
  record Split(Where where, String field, Map<String, String> into, String down)
      implements ValueChange {
    public Split {
      into = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(into));
    }
  }

  /// @param up a CEL expression over the old fields
  /// @param down a CEL expression over the new field, by old field
  record Merge(Where where, List<String> fields, String into, String up, Map<String, String> down)
      implements ValueChange {
    public Merge {
      fields = List.copyOf(fields);
      down = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(down));
    }
  }

  /// @param up a CEL expression over `value` and the fields
  /// @param down the same, back; null: values written since cannot be taken back
  /// @param done a CEL condition over `value`: already in the new form
  record Convert(Where where, String field, String up, @Nullable String down, String done)
      implements ValueChange {}

  /// @param always whether a field that is there is overwritten
  record SetField(Where where, String field, String value, boolean always) implements ValueChange {}

  record Remove(Where where, String field) implements ValueChange {}
}
