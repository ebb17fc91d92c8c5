using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>A graph per row.</summary>
internal sealed class PreparedGraphs : PreparedRows
{
    private readonly GraphTable _table;
    private readonly PackedGraphs _packed;

    /// <param name="model">What the model's metadata says.</param>
    /// <param name="prepared">What stands before the model.</param>
    /// <param name="schema">The columns of graphs among it.</param>
    /// <param name="scored">What the model says of it.</param>
    internal PreparedGraphs(ModelInfo model, IDataView prepared, GraphSchema schema, IDataView scored)
    {
        (_table, Scored) = (GraphTable.Read(prepared, schema, null, null, default), scored);
        _packed = new(name => model.InputTensors!.Any(input => input.Name == name));
    }

    internal override IDataView Scored { get; }

    internal override void AddTo(Dictionary<string, TensorData> feed, int first, int count, HashSet<string> provided)
    {
        _packed.Pack(_table, [.. Enumerable.Range(first, count)]);
        var inputs = new TensorInputs();
        _packed.FeedTo(inputs);
        foreach (var (name, tensor) in inputs.Where(input => !provided.Contains(input.Key)))
            feed[name] = tensor;
    }
}
