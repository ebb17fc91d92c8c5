using System.Text.Json;
using System.Text.Json.Nodes;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MakeModels;

/// <summary>
/// Writes NAME.json: what the model is fed and what it is to say, one row at a time, three of them together and, where they have no
/// padding, a row three times. Numbers that may be anything, in the padding, are null.
/// </summary>
internal sealed class Expectations(string folder)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal string File(string model) => Path.Combine(folder, $"{model}.onnx");

    internal void Write(string model, TensorInputs[] rows, object facts)
    {
        using var session = OnnxSession.Load(File(model), ExecutionTarget.Cpu(1));
        var scorer = new RowScorer(session);
        // Each row by itself says what it is to be in any batch.
        var single = rows.Select(row => session.Run(scorer.Join([row]))).ToArray();
        var cases = new JsonArray();
        for (var row = 0; row < rows.Length; row++)
            cases.Add(Case($"row {row + 1}", scorer.Join([rows[row]]), single[row]));
        cases.Add(Case("a row three times", scorer.Join([rows[0], rows[0], rows[0]]), Together(session, [single[0], single[0],
            single[0]])));
        cases.Add(Case("three rows", scorer.Join(rows), Together(session, single)));
        Save(model, facts, ("cases", cases));
    }

    internal void WriteGenerator(string model, GenerativeTransformer transformer, long[][] rows, object facts)
    {
        var temporary = Directory.CreateTempSubdirectory();
        transformer.ExportToOnnx(temporary.FullName);
        foreach (var part in (string[])["encoder", "decoder"])
            if (System.IO.File.Exists(Path.Combine(temporary.FullName, $"{part}.onnx")))
                System.IO.File.Copy(Path.Combine(temporary.FullName, $"{part}.onnx"), File($"{model}.{part}"), overwrite: true);
        temporary.Delete(recursive: true);

        var encoder = File($"{model}.encoder");
        using var generator = SequenceGenerator.Load(File($"{model}.decoder"), System.IO.File.Exists(encoder) ? encoder : null);
        var options = new GenerationOptions { MaximumLength = 8 };
        var sampling = new SamplingOptions { Temperature = 0.9, TopK = 8, TopP = 0.95, Seed = 7 };
        var cases = new JsonArray();
        foreach (var row in rows)
        {
            var input = generator.ReadsSource ? GenerationInput.FromSources(row)
                : GenerationInput.FromPrompts(generator.Info.StartToken is { } start ? [start, .. row] : row);
            cases.Add(JsonSerializer.SerializeToNode(new
            {
                Input = row,
                Greedy = generator.Greedy(input, options)[0],
                Beams = generator.BeamSearch(input, new() { Width = 4, Best = 3 }, options)[0],
                Sampled = generator.Sample(input, sampling, options)[0],
            }, Json));
        }
        Save(model, facts, ("options", JsonSerializer.SerializeToNode(new { options.MaximumLength, Width = 4, Best = 3,
            sampling.Temperature,
            sampling.TopK, sampling.TopP, sampling.Seed }, Json)!), ("info", JsonSerializer.SerializeToNode(generator.Info, Json)!),
            ("generation", cases));
    }

    private void Save(string model, object facts, params (string Name, JsonNode Value)[] parts)
    {
        var json = JsonSerializer.SerializeToNode(facts, Json)!.AsObject();
        foreach (var (name, value) in parts)
            json[name] = value;
        System.IO.File.WriteAllText(Path.Combine(folder, $"{model}.json"), json.ToJsonString(Json) + "\n");
    }

    private static JsonObject Case(string name, IReadOnlyDictionary<string, TensorData> inputs, IReadOnlyDictionary<string,
        TensorData> outputs) =>
        new() { ["name"] = name, ["inputs"] = Tensors(inputs), ["outputs"] = Tensors(outputs) };

    private static JsonObject Tensors(IReadOnlyDictionary<string, TensorData> tensors) => new(tensors.Select(tensor =>
        KeyValuePair.Create<string, JsonNode?>(tensor.Key, new JsonObject
        {
            ["type"] = JsonNamingPolicy.CamelCase.ConvertName($"{tensor.Value.Type}"),
            ["dims"] = JsonSerializer.SerializeToNode(tensor.Value.Sizes),
            ["data"] = new JsonArray([.. Elements(tensor.Value)]),
        })));

    private static IEnumerable<JsonNode?> Elements(TensorData tensor) => tensor.Type switch
    {
        ElementType.Float => tensor.As<float>().Select(value => float.IsNaN(value) ? null : (JsonNode?)JsonValue.Create(value)),
        ElementType.Int64 => tensor.As<long>().Select(value => value == long.MinValue ? null : (JsonNode?)JsonValue.Create(value)),
        ElementType.Bool => tensor.As<bool>().Select(value => (JsonNode?)JsonValue.Create(value)),
        ElementType.String => tensor.As<string>().Select(value => (JsonNode?)JsonValue.Create(value)),
        _ => throw new NotSupportedException($"Tensors of {tensor.Type} are not written."),
    };

    // Rows' outputs put together, with "anything" where a row is shorter than the longest.
    private static Dictionary<string, TensorData> Together(OnnxSession session, IReadOnlyDictionary<string, TensorData>[] rows) =>
        session.Outputs.ToDictionary(output => output.Name, output =>
        {
            var parts = rows.Select(row => row[output.Name]).ToArray();
            long[] sizes = [.. Enumerable.Range(0, output.Shape.Rank).Select(axis => axis == 0 ? parts.Sum(part => part.Sizes[0])
                : parts.Max(part => part.Sizes[axis]))];
            return output.Type == ElementType.Float ? Padded(parts, sizes, float.NaN)
                : output.Type == ElementType.Int64 ? Padded(parts, sizes, long.MinValue)
                : output.Type == ElementType.String ? Padded(parts, sizes, "") : Padded(parts, sizes, false);
        });

    private static TensorData Padded<T>(TensorData[] parts, long[] sizes, T anything)
    {
        var whole = Enumerable.Repeat(anything, (int)sizes.Aggregate(1L, (product, size) => product * size)).ToArray();
        long inner = sizes.Length > 2 ? sizes[2..].Aggregate(1L, (product, size) => product * size) : 1, row = 0;
        foreach (var part in parts)
            for (var i = 0; i < part.Sizes[0]; i++, row++)
            {
                var length = part.Count / part.Sizes[0];
                Array.Copy(part.As<T>(), i * length, whole, row * (sizes.Length > 1 ? sizes[1] * inner : 1), length);
            }
        return TensorData.Create(whole, sizes);
    }
}
