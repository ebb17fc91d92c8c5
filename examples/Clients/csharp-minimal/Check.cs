using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace MinimalClient;

/// <summary>Runs the models of a folder and compares what they say with NAME.json; models.json lists them.</summary>
internal static class Check
{
    /// <summary>Prints a line per case, model, case and difference with tabs between; 1 where one is above 1e-5.</summary>
    internal static int Run(string folder)
    {
        using var options = new RunOptions();
        var worst = 0.0;
        foreach (var model in Read(folder, "models").EnumerateArray().Select(each => each.GetProperty("name").GetString()!))
        {
            // What is written token by token has no cases: node has the loop around the decoder.
            if (!Read(folder, model).TryGetProperty("cases", out var cases))
                continue;
            using var session = new InferenceSession(Path.Combine(folder, $"{model}.onnx"));
            foreach (var example in cases.EnumerateArray())
            {
                var inputs = example.GetProperty("inputs").EnumerateObject()
                    .ToDictionary(input => input.Name, input => Tensor(input.Value));
                var expected = example.GetProperty("outputs").EnumerateObject().ToArray();
                var difference = expected.Length == 0 ? Refuses() : Compare();
                Console.WriteLine(FormattableString.Invariant($"{model}\t{example.GetProperty("name")}\t{difference:R}"));
                worst = Math.Max(worst, difference);
                foreach (var input in inputs.Values)
                    input.Dispose();

                double Compare()
                {
                    using var found = session.Run(options, inputs, [.. expected.Select(output => output.Name)]);
                    return expected.Zip(found, (output, value) => Difference(output.Value, value)).Max();
                }

                double Refuses()
                {
                    try
                    {
                        session.Run(options, inputs, session.OutputNames).Dispose();
                        return double.PositiveInfinity;
                    }
                    catch (OnnxRuntimeException)
                    {
                        return 0;
                    }
                }
            }
        }
        return worst <= 1e-5 ? 0 : 1;
    }

    private static JsonElement Read(string folder, string name) =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(folder, $"{name}.json")));

    // A tensor of { type, dims, data }.
    private static OrtValue Tensor(JsonElement value)
    {
        var (data, dims) = (value.GetProperty("data"), value.GetProperty("dims").Deserialize<long[]>()!);
        switch (value.GetProperty("type").GetString())
        {
            case "float": return OrtValue.CreateTensorValueFromMemory(data.Deserialize<float[]>()!, dims);
            case "int64": return OrtValue.CreateTensorValueFromMemory(data.Deserialize<long[]>()!, dims);
            case "bool": return OrtValue.CreateTensorValueFromMemory(data.Deserialize<bool[]>()!, dims);
            case "string":
                var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, dims);
                foreach (var (i, text) in data.Deserialize<string[]>()!.Index())
                    texts.StringTensorSetElementAt(text, i);
                return texts;
            case var other: throw new NotSupportedException($"Expected a tensor of float, int64, bool or string; found {other}.");
        }
    }

    // The largest difference. What is null, in the padding, may be anything.
    private static double Difference(JsonElement expected, OrtValue found)
    {
        var (info, data) = (found.GetTensorTypeAndShape(), expected.GetProperty("data").EnumerateArray().ToArray());
        if (!info.Shape.AsSpan().SequenceEqual(expected.GetProperty("dims").Deserialize<long[]>()))
            return double.PositiveInfinity;
        if (expected.GetProperty("type").GetString() == "string")
            return data.Zip(found.GetStringTensorAsArray()).All(pair => pair.First.ValueKind == JsonValueKind.Null
                || pair.First.GetString() == pair.Second) ? 0 : double.PositiveInfinity;
        double[] values = expected.GetProperty("type").GetString() switch
        {
            "float" => Array.ConvertAll(found.GetTensorDataAsSpan<float>().ToArray(), value => (double)value),
            "int64" => Array.ConvertAll(found.GetTensorDataAsSpan<long>().ToArray(), value => (double)value),
            _ => Array.ConvertAll(found.GetTensorDataAsSpan<bool>().ToArray(), value => value ? 1.0 : 0),
        };
        return data.Zip(values).Where(pair => pair.First.ValueKind != JsonValueKind.Null).Select(pair => Math.Abs(pair.Second
            - (pair.First.ValueKind switch { JsonValueKind.True => 1, JsonValueKind.False => 0, _ => pair.First.GetSingle() })))
            .DefaultIfEmpty().Max();
    }
}
