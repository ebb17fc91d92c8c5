using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.CommandLine;

/// <summary>Rows of requests and answers as JSON: objects under the names of the file's columns.</summary>
internal static class ServedRows
{
    /// <summary>The names that a row has: those of the header, otherwise <c>text</c> or <c>column_1</c> and so on.</summary>
    internal static string[] Names(TableRoles roles) => roles.Text is { } text ? [roles.Header?[text].Trim() ?? "text"]
        : [.. roles.Numbers.Select(column => roles.Header?[column].Trim()
            ?? string.Create(CultureInfo.InvariantCulture, $"column_{column + 1}"))];

    /// <summary>A row to try.</summary>
    internal static string Example(TableRoles roles)
    {
        var row = new JsonObject();
        foreach (var name in Names(roles))
            row[name] = roles.Text is not null ? "some words" : 1.5;
        return row.ToJsonString();
    }

    /// <exception cref="InvalidDataException">A value is missing or of another kind.</exception>
    internal static TableRow Read(JsonElement row, TableRoles roles, int number)
    {
        var names = Names(roles);
        if (row.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"Row {number} is {Kind(row)}; expected an object such as {Example(roles)}.");
        // A row as it stands in the file has its label too.
        var label = roles.NameOf(roles.Label);
        if (row.EnumerateObject().Select(one => one.Name).FirstOrDefault(name => !names.Contains(name) && name != label) is { } unknown)
            throw new InvalidDataException($"Row {number} has '{unknown}', which the model doesn't read; expected "
                + $"{string.Join(", ", names)}.{Examples.Suggestion.For(unknown, names)}");
        JsonElement Value(string name) => row.TryGetProperty(name, out var value) ? value
            : throw new InvalidDataException($"Row {number} lacks '{name}'; expected an object such as {Example(roles)}.");
        if (roles.Text is not null)
            return new()
            {
                Text = Value(names[0]) is { ValueKind: JsonValueKind.String } text && !string.IsNullOrWhiteSpace(text.GetString())
                    ? text.GetString()! : throw new InvalidDataException($"Row {number}: '{names[0]}' is "
                        + $"{Kind(Value(names[0]))}; expected a text."),
            };
        return new()
        {
            Features = [.. names.Select(name => Value(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetSingle(out var one)
                && float.IsFinite(one) ? one : throw new InvalidDataException($"Row {number}: '{name}' is {Kind(Value(name))}; expected a "
                    + "number."))],
        };
    }

    internal static JsonNode Write((string Predicted, float Score) scored, TableRoles roles) => roles.Task == PortfolioTask.Regression
        ? new JsonObject { ["score"] = scored.Score }
        : new JsonObject { ["predictedLabel"] = scored.Predicted, ["probability"] = scored.Score };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => value.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : value.GetRawText(),
    };
}
