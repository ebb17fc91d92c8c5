using System.Text.Json;

namespace MLSeqGraph.Onnx;

/// <summary>What a model's metadata says of its inputs, for messages: it is read when one is written.</summary>
internal sealed class InputMeanings(IReadOnlyDictionary<string, string> metadata)
{
    // Where MLSeqGraph.Transforms writes the description of a model.
    private const string Key = "mlseqgraph.model";

    private readonly Lazy<Dictionary<string, string>> _meanings = new(() => Read(metadata));

    /// <summary>What an input means, in brackets behind a space; nothing where the metadata doesn't say.</summary>
    internal string Of(string input) => _meanings.Value.TryGetValue(input, out var meaning) ? $" ({meaning})" : "";

    /// <summary>Inputs with types, shapes and meanings.</summary>
    internal string Describe(IEnumerable<TensorInfo> inputs) => string.Join("; ", inputs.Select(input => $"{input}{Of(input.Name)}"));

    /// <summary>What ONNX Runtime says, beside what it was given and what is expected.</summary>
    internal InvalidOperationException Failure(Exception said, IEnumerable<TensorInfo> expected,
        IEnumerable<KeyValuePair<string, TensorData>> given) =>
        new($"ONNX Runtime failed: {said.Message} Given: {string.Join("; ", given.Select(input =>
            $"{input.Key}: {input.Value.Type} [{string.Join(", ", input.Value.Sizes)}]"))}. Expected: {Describe(expected)}.", said);

    // A file of another make may hold anything there.
    private static Dictionary<string, string> Read(IReadOnlyDictionary<string, string> metadata)
    {
        Dictionary<string, string> found = [];
        if (!metadata.TryGetValue(Key, out var text))
            return found;
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("inputTensors", out var inputs)
                || inputs.ValueKind != JsonValueKind.Array)
                return found;
            foreach (var input in inputs.EnumerateArray().Where(input => input.ValueKind == JsonValueKind.Object))
                if (input.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
                    && input.TryGetProperty("meaning", out var meaning) && meaning.ValueKind == JsonValueKind.String)
                    found[name.GetString()!] = meaning.GetString()!;
        }
        catch (JsonException)
        {
            // the check of shapes goes without
        }
        return found;
    }
}
