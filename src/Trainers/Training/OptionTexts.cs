using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Options as text by name, to check that a resumed run has the same options as when it began.</summary>
internal static class OptionTexts
{
    // These may change: they decide how long and where a run trains, but not its steps.
    private static readonly HashSet<string> Free =
    [
        nameof(TrainingOptions.Epochs), nameof(TrainingOptions.EarlyStoppingPatience), nameof(TrainingOptions.Target),
        nameof(TrainingOptions.CancellationToken), nameof(TrainingOptions.StopToken), nameof(TrainingOptions.OnEpoch),
        nameof(TrainingOptions.CheckpointFolder), nameof(TrainingOptions.CheckpointEvery), nameof(TrainingOptions.Resume),
        nameof(TrainingOptions.Communicator),
        nameof(GenerativeTrainerOptions.Scoring), nameof(NetworkTrainerOptions.ValidationData),
    ];

    /// <summary>All options that must stay the same.</summary>
    internal static Dictionary<string, string> Of(TrainingOptions options)
    {
        var texts = new Dictionary<string, string>();
        foreach (var property in Properties(options).Where(property => !Free.Contains(property.Name)))
            Add(texts, property.Name, property.GetValue(options), deeper: true);
        return texts;
    }

    /// <summary>All options, to show them.</summary>
    internal static Dictionary<string, string> All(TrainingOptions options)
    {
        var texts = new Dictionary<string, string>();
        foreach (var property in Properties(options).Where(property => property.PropertyType != typeof(CancellationToken)))
            Add(texts, property.Name, property.GetValue(options), deeper: true);
        return texts;
    }

    /// <summary>The types of columns, and a hash of their key values.</summary>
    internal static Dictionary<string, string> Of(DataViewSchema schema, IEnumerable<string> columns) => columns.Distinct()
        .Select(schema.GetColumnOrNull).OfType<DataViewSchema.Column>().ToDictionary(column => $"column '{column.Name}'", column =>
            KeyValueCheck.Values(column) is not { } values ? $"{column.Type}" : $"{column.Type} of the values "
                + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', values))))[..8]);

    // As many rows are compared number by number.
    private const int FirstRows = 100;

    /// <summary>What tells rows from others without reading all: their number, where it is known, columns, key values and the first
    /// rows.</summary>
    internal static Dictionary<string, string> OfRows(IDataView rows)
    {
        string[] names = [.. rows.Schema.Where(column => !column.IsHidden).Select(column => column.Name)];
        var texts = Of(rows.Schema, names);
        texts["number of rows"] = rows.GetRowCount()?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
        texts[$"hash of the first {FirstRows} rows"] = Hash(rows);
        return texts;
    }

    private static string Hash(IDataView rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows.Preview(FirstRows).RowView)
            foreach (var (name, value) in row.Values)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(name));
                // The items of a VBuffer<T>, whose type isn't known here.
                foreach (var item in value.GetType().GetMethod("DenseValues")?.Invoke(value, null) as IEnumerable ?? new[] { value })
                    hash.AppendData(Encoding.UTF8.GetBytes($"{Convert.ToString(item, CultureInfo.InvariantCulture)};"));
            }
        return Convert.ToHexString(hash.GetCurrentHash())[..8];
    }

    private static IEnumerable<PropertyInfo> Properties(object options) => options.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0);

    private static void Add(Dictionary<string, string> texts, string name, object? value, bool deeper)
    {
        if (value is Delegate or IDataView)
            return;
        if (value is null or string or IFormattable or bool or MonitoredMetric or IEnumerable || HasText(value.GetType()))
        {
            texts[name] = Text(value);
            return;
        }
        texts[name] = value.GetType().Name;
        foreach (var property in deeper ? Properties(value) : [])
            Add(texts, $"{name}.{property.Name}", property.GetValue(value), deeper: false);
    }

    // A record's text lists all its members.
    private static bool HasText(Type type) => type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType != typeof(object);

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        MonitoredMetric metric => $"the {(metric.HigherIsBetter ? "highest" : "lowest")} {metric.Name}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Text))}]",
        _ => value.ToString() ?? "",
    };
}
