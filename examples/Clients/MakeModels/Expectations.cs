using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MakeModels;

/// <summary>
/// Writes NAME.json for each model: what it is fed and what it is to say, one row at a time, one row three times, and three rows together.
/// What three rows are to say is what each says by itself; numbers that may be anything, in the padding, are null. A case without outputs
/// must be refused. models.json lists them.
/// </summary>
internal sealed class Expectations(string folder)
{
    internal const int MaximumLength = 8;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonArray _models = [];

    internal string File(string model, string ending = "onnx") => Path.Combine(folder, $"{model}.{ending}");

    /// <summary>A model that reads rows.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="kind">What it is, for a table.</param>
    /// <param name="rows">What it is fed.</param>
    /// <param name="facts">What a client needs to know, such as the labels.</param>
    /// <param name="whole">One row with all that it was trained on, for graphs.</param>
    /// <param name="refused">What it must refuse, each under a name.</param>
    internal void Write(string model, string kind, TensorInputs[] rows, object facts, TensorInputs? whole = null,
        params ReadOnlySpan<(string Name, TensorInputs Inputs)> refused)
    {
        using var session = OnnxSession.Load(File(model), ExecutionTarget.Cpu(1));
        var scorer = new RowScorer(session);
        var cases = Cases(session, rows, scorer.Join);
        if (whole is not null)
        {
            var inputs = scorer.Join([whole]);
            cases.Add(Case("the training graph", inputs, [session.Run(inputs)], session));
        }
        foreach (var (name, inputs) in refused)
            cases.Add(Case(name, inputs, [], session));
        Save(model, kind, facts, ("cases", cases));
    }

    /// <summary>A model that writes sequences: its files one by one, and what is written with them.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="kind">What it is, for a table.</param>
    /// <param name="transformer">The model.</param>
    /// <param name="rows">Sources, or prompts of one length.</param>
    /// <param name="facts">What a client needs to know, such as the vocabulary.</param>
    internal void WriteGenerator(string model, string kind, GenerativeTransformer transformer, long[][] rows, object facts)
    {
        var files = transformer.ToOnnxFiles();
        foreach (var (name, bytes) in files)
            System.IO.File.WriteAllBytes(Path.Combine(folder, $"{model}.{name}"), bytes);
        using var encoder = files.ContainsKey("encoder.onnx") ? Load($"{model}.encoder") : null;
        if (encoder is not null)
            Save($"{model}.encoder", $"{kind}, encoder", new { }, ("cases",
                Cases(encoder, rows, sources => new TensorInputs { ["source"] = Padded(sources) })));
        using var decoder = Load($"{model}.decoder");
        Save($"{model}.decoder", $"{kind}, a step of the decoder", new { }, ("cases", Cases(decoder, rows, together =>
            Step(decoder, encoder, transformer.Generator.Info.StartToken, together), encoder is not null)));
        using var greedy = Load($"{model}.greedy");
        // Prompts begin with the start token.
        long[] first = encoder is null && transformer.Generator.Info.StartToken is { } start ? [start] : [];
        Save($"{model}.greedy", $"{kind}, greedy file", new { }, ("cases", Cases(greedy, rows, together => new TensorInputs
        {
            [encoder is null ? "tokens" : "source"] = Padded([.. together.Select(row => (long[])[.. first, .. row])]),
            ["max_length"] = TensorData.Vector<long>([MaximumLength]),
        }, encoder is not null)));
        WriteGeneration(model, kind, transformer.Generator, rows, facts);
    }

    internal void WriteList() =>
        System.IO.File.WriteAllText(File("models", "json"), _models.ToJsonString(new(Json) { WriteIndented = true }) + "\n");

    private OnnxSession Load(string model) => OnnxSession.Load(File(model), ExecutionTarget.Cpu(1));

    private void WriteGeneration(string model, string kind, SequenceGenerator generator, long[][] rows, object facts)
    {
        var options = new GenerationOptions { MaximumLength = MaximumLength };
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
        Save(model, $"{kind}, written token by token", facts, ("options", JsonSerializer.SerializeToNode(new { options.MaximumLength,
            Width = 4, Best = 3, sampling.Temperature, sampling.TopK, sampling.TopP, sampling.Seed }, Json)!),
            ("info", JsonSerializer.SerializeToNode(generator.Info, Json)!), ("encoder", generator.ReadsSource), ("generation", cases));
    }

    // The decoder's first step: what the encoder says of the sources and the start token, or prompts and empty caches.
    private static TensorInputs Step(OnnxSession decoder, OnnxSession? encoder, long? start, IReadOnlyList<long[]> rows)
    {
        var inputs = new TensorInputs { ["position"] = TensorData.Vector<long>([0]) };
        if (encoder is not null)
            foreach (var (name, tensor) in encoder.Run(new TensorInputs { ["source"] = Padded(rows) }))
                inputs[name] = tensor;
        long[] first = start is { } token ? [token] : [];
        inputs["tokens"] = Padded([.. rows.Select(row => encoder is null ? (long[])[.. first, .. row] : first)]);
        foreach (var cache in decoder.Inputs.Where(input => input.Name.StartsWith("past.", StringComparison.Ordinal)))
            if (!inputs.ContainsKey(cache.Name))
                inputs[cache.Name] = TensorData.Zeros(cache.Type, [.. cache.Shape.Select(dim => dim.IsKnown ? dim.Size
                    : $"{dim}" == "batch" ? rows.Count : inputs["tokens"].Sizes[1] + MaximumLength)]);
        return inputs;
    }

    private static TensorData Padded(IReadOnlyList<long[]> rows)
    {
        var steps = rows.Max(row => row.Length);
        return TensorData.Create([.. rows.SelectMany(row => row.Concat(new long[steps - row.Length]))], rows.Count, steps);
    }

    private static JsonArray Cases<T>(OnnxSession session, IReadOnlyList<T> rows,
        Func<IReadOnlyList<T>, IReadOnlyDictionary<string, TensorData>> join, bool ragged = true)
    {
        // Each row by itself says what it is to be in any batch.
        var single = rows.Select(row => session.Run(join([row]))).ToArray();
        return
        [
            .. single.Select((outputs, row) => Case($"row {row + 1}", join([rows[row]]), [outputs], session)),
            Case("a row three times", join([rows[0], rows[0], rows[0]]), [single[0], single[0], single[0]], session),
            Case(ragged ? "three rows" : "three rows of one length", join(rows), single, session),
        ];
    }

    private static JsonObject Case(string name, IReadOnlyDictionary<string, TensorData> inputs,
        IReadOnlyDictionary<string, TensorData>[] rows, OnnxSession session) => new()
    {
        ["name"] = name,
        ["inputs"] = new JsonObject(inputs.Where(input => session.Inputs.Any(known => known.Name == input.Key)).Select(input =>
            KeyValuePair.Create<string, JsonNode?>(input.Key, Joined([input.Value], 0)))),
        ["outputs"] = new JsonObject(session.Outputs.Where(_ => rows.Length > 0).Select(output =>
            KeyValuePair.Create<string, JsonNode?>(output.Name, Joined([.. rows.Select(row => row[output.Name])],
                Math.Max(0, output.Shape.ToList().FindIndex(dim => $"{dim}" == "batch")))))),
    };

    // Tensors put together along an axis, with null where one is shorter than the longest.
    private static JsonObject Joined(TensorData[] parts, int axis)
    {
        long[] sizes = [.. Enumerable.Range(0, parts[0].Sizes.Count).Select(i => i == axis ? parts.Sum(part => part.Sizes[i])
            : parts.Max(part => part.Sizes[i]))];
        var data = new JsonNode?[sizes.Aggregate(1L, (product, size) => product * size)];
        var start = 0L;
        foreach (var part in parts)
        {
            foreach (var (index, element) in Elements(part).Index())
            {
                // The element's place in the whole: its coordinates from the last axis to the first.
                long left = index, place = 0, step = 1;
                for (var i = sizes.Length - 1; i >= 0; i--)
                {
                    place += step * (left % part.Sizes[i] + (i == axis ? start : 0));
                    (left, step) = (left / part.Sizes[i], step * sizes[i]);
                }
                data[place] = element;
            }
            start += sizes.Length == 0 ? 0 : part.Sizes[axis];
        }
        return new()
        {
            ["type"] = JsonNamingPolicy.CamelCase.ConvertName($"{parts[0].Type}"), ["dims"] = JsonSerializer.SerializeToNode(sizes),
            ["data"] = new JsonArray(data),
        };
    }

    private static IEnumerable<JsonNode?> Elements(TensorData tensor) => tensor.Type switch
    {
        ElementType.Float => tensor.As<float>().Select(value => float.IsNaN(value) ? null : (JsonNode?)JsonValue.Create(value)),
        ElementType.Int64 => tensor.As<long>().Select(value => (JsonNode?)JsonValue.Create(value)),
        ElementType.Bool => tensor.As<bool>().Select(value => (JsonNode?)JsonValue.Create(value)),
        ElementType.String => tensor.As<string>().Select(value => (JsonNode?)JsonValue.Create(value)),
        _ => throw new NotSupportedException($"Tensors of {tensor.Type} are not written."),
    };

    private void Save(string model, string kind, object facts, params (string Name, JsonNode Value)[] parts)
    {
        var json = JsonSerializer.SerializeToNode(facts, Json)!.AsObject();
        foreach (var (name, value) in parts)
            json[name] = value;
        System.IO.File.WriteAllText(File(model, "json"), json.ToJsonString(Json) + "\n");
        _models.Add(new JsonObject { ["name"] = model, ["kind"] = kind });
    }
}
