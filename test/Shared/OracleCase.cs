using System.Text.Json;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Tests;

/// <summary>
/// A tensor of an oracle case: double precision, row-major. Indices, labels and lengths stand in the file as whole numbers.
/// </summary>
internal sealed record OracleTensor(long[] Shape, double[] Data, bool IsInteger)
{
    /// <summary>The tensor as ONNX Runtime is fed it; by default Int64 for whole numbers, else Float.</summary>
    internal TensorData ToTensor(ElementType? type = null) => (type ?? (IsInteger ? ElementType.Int64 : ElementType.Float)) switch
    {
        ElementType.Float => TensorData.Create(Array.ConvertAll(Data, x => (float)x), Shape),
        ElementType.Double => TensorData.Create(Data, Shape),
        ElementType.Int64 => TensorData.Create(Array.ConvertAll(Data, x => (long)x), Shape),
        ElementType.Int32 => TensorData.Create(Array.ConvertAll(Data, x => (int)x), Shape),
        var other => throw new NotSupportedException($"Oracle tensors are not read as {other}."),
    };
}

/// <summary>
/// Golden values of one operation or layer, computed elsewhere in double precision: parameters and inputs, outputs, and the
/// derivatives of Σ output · cotangent.
/// </summary>
internal sealed class OracleCase
{
    internal required string File { get; init; }

    /// <summary>What the case is about; the files of one operation differ in <see cref="Config"/>.</summary>
    internal required string Operation { get; init; }

    internal required JsonElement Config { get; init; }

    internal required IReadOnlyDictionary<string, OracleTensor> Params { get; init; }

    internal required IReadOnlyDictionary<string, OracleTensor> Inputs { get; init; }

    internal required IReadOnlyDictionary<string, OracleTensor> Outputs { get; init; }

    internal required IReadOnlyDictionary<string, OracleTensor> Cotangents { get; init; }

    internal required IReadOnlyDictionary<string, OracleTensor> Grads { get; init; }

    /// <summary>A number or switch of the configuration, or <paramref name="default"/> where the file doesn't say.</summary>
    internal T Setting<T>(string name, T @default) => Config.TryGetProperty(name, out var value) ? value.Deserialize<T>()! : @default;

    /// <summary>Reads one case; a test that is handed <see cref="OracleDataAttribute.Missing"/> ends as inconclusive here.</summary>
    internal static OracleCase Load(string file)
    {
        if (file == OracleDataAttribute.Missing || SharedFolder.Oracles is null)
            throw new AssertInconclusiveException(SharedFolder.Oracles is null
                ? SharedFolder.NoOracles : "No case of this operation in " + SharedFolder.Oracles);
        using var json = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(SharedFolder.Oracles, file)));
        var root = json.RootElement;
        return new()
        {
            File = file,
            Operation = root.GetProperty("op").GetString()!,
            Config = root.GetProperty("config").Clone(),
            Params = Tensors(root, "params"),
            Inputs = Tensors(root, "inputs"),
            Outputs = Tensors(root, "outputs"),
            Cotangents = Tensors(root, "cotangents"),
            Grads = Tensors(root, "grads"),
        };
    }

    /// <summary>
    /// Builds a network from the case's parameters and inputs (inputs of the graph, by name), and compares its outputs and the
    /// derivatives of Σ output · cotangent with the case's.
    /// </summary>
    /// <param name="network">Outputs by name; each of the case's must be there. Parameters and inputs come by name.</param>
    /// <param name="types">Element types of inputs that are not Float, or Int64 for whole numbers.</param>
    internal void Check(Func<IReadOnlyDictionary<string, Value>, IReadOnlyDictionary<string, Value>> network, IReadOnlyDictionary<string,
        ElementType>? types = null)
    {
        var graph = new Graph("oracle");
        var feed = Params.Concat(Inputs).ToDictionary(
            entry => entry.Key, entry =>
                entry.Value.ToTensor(types is not null && types.TryGetValue(entry.Key, out var type) ? type : null));
        var values = feed.ToDictionary(entry => entry.Key, entry => graph.Input(entry.Key, entry.Value.Type, Shape.Of(entry.Value.Sizes)));
        var outputs = network(values);
        foreach (var name in Outputs.Keys)
            graph.Output("output " + name, outputs[name]);
        if (Grads.Count > 0)
        {
            var scalar = Cotangents
                .Select(entry => Op.ReduceSum(outputs[entry.Key] * graph.Constant(entry.Value.ToTensor(outputs[entry.Key].Type)),
                    keepDims: false))
                .Aggregate((left, right) => left + right);
            string[] names = [.. Grads.Keys];
            var gradients = Gradients.Of(scalar, [.. names.Select(name => values[name])]);
            foreach (var (name, gradient) in names.Zip(gradients))
                graph.Output("gradient " + name, gradient ?? throw new AssertFailedException($"{File}: no gradient for '{name}'."));
        }
        using var session = new OnnxSession(graph);
        var results = session.Run(feed);
        foreach (var (name, expected) in Outputs)
            AssertClose("output " + name, expected, results["output " + name]);
        foreach (var (name, expected) in Grads)
            AssertClose("gradient " + name, expected, results["gradient " + name]);
    }

    /// <summary>The same case without derivatives, for models that have none.</summary>
    internal OracleCase WithoutGradients() => new()
    {
        File = File,
        Operation = Operation,
        Config = Config,
        Params = Params,
        Inputs = Inputs,
        Outputs = Outputs,
        Cotangents = Cotangents,
        Grads = new Dictionary<string, OracleTensor>(),
    };

    /// <summary>Compares shapes, and elements within absolute + relative · |expected|.</summary>
    internal void AssertClose(string what, OracleTensor expected, TensorData actual, double relative = 1e-4, double absolute = 1e-5)
    {
        CollectionAssert.AreEqual(expected.Shape, actual.Sizes.ToArray(), $"{File}: shape of {what}");
        var elements = Numbers(actual);
        for (var i = 0; i < elements.Length; i++)
            Assert.IsTrue(
                Math.Abs(elements[i] - expected.Data[i]) <= absolute + relative * Math.Abs(expected.Data[i]),
                $"{File}: {what}, element {i}: expected {expected.Data[i]}, got {elements[i]}");
    }

    private static double[] Numbers(TensorData tensor) => tensor.Type switch
    {
        ElementType.Float => Array.ConvertAll(tensor.As<float>(), x => (double)x),
        ElementType.Double => tensor.As<double>(),
        ElementType.Int64 => Array.ConvertAll(tensor.As<long>(), x => (double)x),
        ElementType.Int32 => Array.ConvertAll(tensor.As<int>(), x => (double)x),
        var other => throw new NotSupportedException($"Tensors of {other} are not compared with oracles."),
    };

    private static Dictionary<string, OracleTensor> Tensors(JsonElement root, string section) =>
        root.GetProperty(section).EnumerateObject().ToDictionary(entry => entry.Name, entry =>
        {
            var data = entry.Value.GetProperty("data").EnumerateArray().ToArray();
            return new OracleTensor(
                [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
                [.. data.Select(number => number.GetDouble())],
                data.Length > 0 && data.All(number => number.GetRawText().All(c => char.IsAsciiDigit(c) || c == '-')));
        });
}
