using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Clients.Tests;

/// <summary>
/// Runs the models of a folder as stock ML.NET loads them, from NAME.zip by <c>ml.Model.Load</c>, a row at a time, and compares the scores
/// with NAME.json.
/// </summary>
internal static class StockModels
{
    private static readonly MLContext Ml = new(1);

    // The columns that the models read; a model reads some of them, with the types that were saved.
    private sealed class Row
    {
        public string Text { get; set; } = "";
        public string Label { get; set; } = "";
        public uint[] Tokens { get; set; } = [];
        public float[] Numbers { get; set; } = [];
        public float[] NodeFeatures { get; set; } = [];
        public int[] Edges { get; set; } = [];
        public string Id { get; set; } = "";
        public string Source { get; set; } = "";
        public string Target { get; set; } = "";
    }

    internal static IEnumerable<Difference> Compare(string folder)
    {
        foreach (var name in Read(folder, "models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!))
        {
            var file = Path.Combine(folder, $"{name}.zip");
            if (!File.Exists(file))
                continue;
            var model = Ml.Model.Load(file, out var schema);
            var json = Read(folder, name);
            if (json.TryGetProperty("rows", out var rows))
                yield return new(name, "the training graph", OfTable(model, schema, rows, json.GetProperty("cases")));
            else
                foreach (var (title, row, expected) in Rows(json))
                    yield return new(name, title, Largest(expected, Score(model, schema, json.GetProperty("columns"), row)));
        }
    }

    // Rows of one, and what their scores are to be.
    private static IEnumerable<(string Title, Dictionary<string, JsonElement> Row, float[] Expected)> Rows(JsonElement json)
    {
        if (json.TryGetProperty("generation", out var written))
            foreach (var (i, (row, scores)) in written.EnumerateArray().Zip(json.GetProperty("scores").EnumerateArray()).Index())
                yield return ($"row {i + 1}", new() { ["source"] = row.GetProperty("input"), ["tokens"] = row.GetProperty("input") },
                    scores.Deserialize<float[]>()!);
        else
            foreach (var example in json.GetProperty("cases").EnumerateArray())
                if (example.GetProperty("name").GetString() is { } title && title.StartsWith("row ", StringComparison.Ordinal))
                    yield return (title, example.GetProperty("inputs").EnumerateObject().ToDictionary(input => input.Name,
                        input => input.Value.GetProperty("data")), Data(example, "Score"));
    }

    // A saved model of nodes or links is a table by the nodes' ids.
    private static double OfTable(ITransformer model, DataViewSchema schema, JsonElement rows, JsonElement cases)
    {
        string[]? Ids(string column) => rows.TryGetProperty(column, out var ids) ? ids.Deserialize<string[]>() : null;
        var (id, source, target) = (Ids("Id"), Ids("Source"), Ids("Target"));
        Row[] table = [.. Enumerable.Range(0, (id ?? source)!.Length).Select(i => new Row
        {
            Id = id?[i] ?? "", Source = source?[i] ?? "", Target = target?[i] ?? "",
        })];
        var whole = cases.EnumerateArray().Single(example => example.GetProperty("name").GetString() == "the training graph");
        return Largest(Data(whole, "Score"), Scores(model.Transform(View(table, schema, []))));
    }

    private static float[] Score(ITransformer model, DataViewSchema schema, JsonElement columns, Dictionary<string, JsonElement> row)
    {
        var mapped = columns.EnumerateObject().ToDictionary(column => column.Name, column => column.Value.GetString()!);
        T[] Values<T>(string input) => row.TryGetValue(input, out var data) && mapped.ContainsValue(input) ? data.Deserialize<T[]>()! : [];
        Row read = new()
        {
            Text = Values<string>("Text").FirstOrDefault() ?? "", Tokens = [.. Values<uint>("tokens"), .. Values<uint>("source")],
            Numbers = Values<float>("features"), NodeFeatures = Values<float>("x"), Edges = Values<int>("edge_index"),
        };
        return Scores(model.Transform(View([read], schema, mapped)));
    }

    private static IDataView View(Row[] rows, DataViewSchema saved, Dictionary<string, string> mapped)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition["Tokens"].ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), 1000));
        foreach (var (column, input) in mapped)
            if (input is "tokens" or "source" or "features")
            {
                // The column as it was in training, with as many keys.
                definition.RemoveAll(other => other.ColumnName == column);
                var member = definition.Single(other => other.MemberName == (input == "features" ? "Numbers" : "Tokens"));
                (member.ColumnName, member.ColumnType) = (column, saved[column].Type);
            }
        return Ml.Data.LoadFromEnumerable(rows, definition);
    }

    private static float[] Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score").SelectMany(score => score)] : [.. scored.GetColumn<float>("Score")];

    private static float[] Data(JsonElement example, string output) =>
        example.GetProperty("outputs").GetProperty(output).GetProperty("data").Deserialize<float[]>()!;

    private static double Largest(float[] expected, float[] found) => expected.Length != found.Length ? double.PositiveInfinity
        : expected.Zip(found, (value, other) => (double)Math.Abs(value - other)).Max();

    private static JsonElement Read(string folder, string name) =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(folder, $"{name}.json")));
}
