using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>An event as a view has it.</summary>
/// <param name="Key">Its time, in the order of times.</param>
/// <param name="Time">Its time in units of the column, or seconds.</param>
/// <param name="Source">The node that acts.</param>
/// <param name="Target">The node that it acts on; null for none.</param>
/// <param name="Context">Where; null where there are no contexts.</param>
/// <param name="Features">Its features.</param>
internal sealed record ReadEvent(long Key, double Time, NodeId Source, NodeId? Target, NodeId? Context, float[] Features);

/// <summary>Reads events, or questions about pairs at a time, and checks them.</summary>
/// <param name="columns">The columns.</param>
/// <param name="what">What rows are, for errors.</param>
internal sealed class TemporalEventReader(TemporalEventColumns columns, string what)
{
    private const double TicksPerSecond = TimeSpan.TicksPerSecond;

    /// <summary>The type of the times, once rows were read.</summary>
    internal DataViewType? TimeType { get; private set; }

    /// <summary>Numbers of an event's features.</summary>
    internal int FeatureCount { get; private set; }

    /// <summary>Reads all rows.</summary>
    /// <param name="data">The view.</param>
    /// <param name="hasFeatures">Whether features are read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row has no source, no time or features that aren't numbers.</exception>
    internal List<(ReadEvent Event, string Row)> Read(IDataView data, bool hasFeatures, CancellationToken cancellationToken)
    {
        DataViewSchema.Column time = TimeColumn(data.Schema, columns.TimeColumnName, what),
            source = data.Schema.Require(columns.SourceColumnName, of: what),
            target = data.Schema.Require(columns.TargetColumnName, of: what);
        DataViewSchema.Column? context = columns.ContextColumnName is { } c ? data.Schema.Require(c, "ContextColumnName", what) : null,
            features = hasFeatures && columns.FeaturesColumnName is { } f ? data.Schema.Require(f, "FeaturesColumnName", what) : null;
        if (features is not null)
            SingleFeatures(features.Value);
        TimeType = time.Type;
        using var cursor = data.GetRowCursor(new[] { time, source, target, context, features }.OfType<DataViewSchema.Column>());
        var (readTime, readSource, readTarget) = (TimeKey.Reader(cursor, time), NodeId.Reader(cursor, source),
            NodeId.OptionalReader(cursor, target));
        var readContext = context is { } where ? NodeId.Reader(cursor, where) : null;
        var readFeatures = features is { } column ? FeatureReader(cursor, column) : null;
        List<(ReadEvent, string)> rows = [];
        while (cursor.MoveNextOrThrow())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = readTime();
            var seconds = SecondsOf(key, time.Type);
            if (!double.IsFinite(seconds))
                throw new InvalidDataException($"Column '{time.Name}', {RowName.Of(cursor)}: the time is "
                    + $"{TimeKey.Describe(key, time.Type)}, expected a finite number.");
            var read = new ReadEvent(key, seconds, readSource(), readTarget(), readContext?.Invoke(), readFeatures?.Invoke() ?? []);
            if (read.Target is { } other && (other.Text is null) != (read.Source.Text is null))
                throw new ArgumentException($"Column '{source.Name}' is {source.Type} and column '{target.Name}' is {target.Type}: "
                    + "expected ids of nodes of one kind, text or numbers.");
            rows.Add((read, RowName.Of(cursor)));
        }
        return rows;
    }

    /// <summary>The column of times.</summary>
    /// <exception cref="ArgumentException">It is missing, or has no times.</exception>
    internal static DataViewSchema.Column TimeColumn(DataViewSchema schema, string name, string what)
    {
        var column = schema.Require(name, "TimeColumnName", what);
        return TimeKey.IsTime(column.Type) ? column : throw new ArgumentException($"Column '{name}' of the {what} is {column.Type}; "
            + "expected times: numbers, dates or spans of time.");
    }

    /// <summary>A time as a number whose differences are gaps.</summary>
    internal static double SecondsOf(long key, DataViewType type) =>
        type is DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType ? key / TicksPerSecond
        : type.RawType == typeof(float) || type.RawType == typeof(double) ? TimeKey.NumberOf(key)
        : type.RawType == typeof(ulong) ? (ulong)key ^ (1UL << 63)
        : key;

    private void SingleFeatures(DataViewSchema.Column column)
    {
        var (item, size) = column.Type is VectorDataViewType vector ? (vector.ItemType, vector.Size) : (column.Type, 1);
        if (item.RawType != typeof(float) || item is KeyDataViewType || size == 0)
            throw new ArgumentException($"Column '{column.Name}' of the {what} is {column.Type}; expected Single, or a vector of Single of "
                + "known size.");
        FeatureCount = size;
    }

    private static Func<float[]> FeatureReader(DataViewRow row, DataViewSchema.Column column)
    {
        var read = Values();
        return () =>
        {
            var numbers = read();
            return Array.FindIndex(numbers, number => !float.IsFinite(number)) is >= 0 and var bad
                ? throw new InvalidDataException(FormattableString.Invariant(
                    $"Column '{column.Name}', {RowName.Of(row)}: found {numbers[bad]}, expected finite numbers."))
                : numbers;
        };

        Func<float[]> Values()
        {
            if (column.Type is not VectorDataViewType)
            {
                var single = row.GetGetter<float>(column);
                float number = 0;
                return () =>
                {
                    single(ref number);
                    return [number];
                };
            }
            var vector = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> numbers = default;
            return () =>
            {
                vector(ref numbers);
                return [.. numbers.DenseValues()];
            };
        }
    }
}
