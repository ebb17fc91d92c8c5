using System.Globalization;
using System.Text.Json;

namespace MLSeqGraph.Experiments;

/// <summary>Values of a trial as JSON, as they stand in a study, and as text.</summary>
internal static class TrialParameters
{
    internal static string ToJson(IReadOnlyDictionary<string, object> values) => JsonSerializer.Serialize(values);

    /// <param name="json">The values.</param>
    /// <param name="space">The space they are of; null where it isn't known, and whole numbers are taken for Int32.</param>
    internal static IReadOnlyDictionary<string, object> Parse(string json, SearchSpace? space)
    {
        var values = new Dictionary<string, object>();
        using var document = JsonDocument.Parse(json);
        foreach (var value in document.RootElement.EnumerateObject())
            values[value.Name] = value.Value.ValueKind == JsonValueKind.String ? value.Value.GetString()!
                : (space?.Find(value.Name)?.IsInteger ?? true) && value.Value.TryGetInt32(out var whole) ? whole
                : value.Value.GetDouble();
        return values;
    }

    internal static string Text(IReadOnlyDictionary<string, object> values) => string.Join("  ", values.Select(value =>
        $"{value.Key} {(value.Value is double number ? number.ToString("g4", CultureInfo.InvariantCulture)
            : Dimension.Text(value.Value))}"));
}
