using System.Buffers;
using System.Text.Json;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;
using Row = System.Collections.Generic.IReadOnlyDictionary<string, MLSeqGraph.Onnx.TensorData>;

namespace Server;

/// <summary>Rows for any model, of lengths up to a limit, to load a server with.</summary>
internal static class RandomRows
{
    internal static Row Make(IReadOnlyList<TensorInfo> inputs, ModelInfo info, int steps, Random random)
    {
        var sizes = new Dictionary<string, int>();
        var row = new Dictionary<string, TensorData>();
        foreach (var input in inputs)
        {
            long[] dims = [.. input.Shape.Select(dim => dim.IsKnown ? dim.Size : Size($"{dim}"))];
            var count = (int)dims.Aggregate(1L, (product, size) => product * size);
            var ids = input.Name is "edge_index" or "pair_index" ? Size("nodes")
                : input.Name is "edge_type" ? info.Graph!.RelationCount
                : info.Inputs.FirstOrDefault(known => known.InputName == input.Name)?.Vocabulary ?? 1;
            row[input.Name] = input.Type == ElementType.Float
                ? TensorData.Create([.. Enumerable.Range(0, count).Select(_ => MathF.Round(2 * random.NextSingle() - 1, 4))], dims)
                : TensorData.Create([.. Enumerable.Range(0, count).Select(_ =>
                    random.NextInt64(input.Name == "tokens" ? 1 : 0, ids))], dims);
        }
        return row;

        int Size(string dim) => sizes.TryGetValue(dim, out var size) ? size : sizes[dim] = random.Next((steps + 1) / 2, steps + 1);
    }

    internal static byte[] ToJson(Row row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, tensor) in row)
            {
                json.WritePropertyName(name);
                RowJson.Write(json, tensor);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
