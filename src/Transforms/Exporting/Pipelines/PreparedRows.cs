using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Rows as a model itself reads them, for inputs that an exported pipeline leaves as they are, and what the model says.</summary>
internal abstract class PreparedRows
{
    /// <summary>The rows, or pairs of them, with the model's columns.</summary>
    internal abstract IDataView Scored { get; }

    /// <summary>Adds some of the rows to what a session is given.</summary>
    /// <param name="feed">What it is given.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many; all where they are the nodes of a graph.</param>
    /// <param name="provided">Inputs of the model that the file computes.</param>
    internal abstract void AddTo(Dictionary<string, TensorData> feed, int first, int count, HashSet<string> provided);
}

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

/// <summary>The nodes of one graph, all together.</summary>
/// <param name="scored">The nodes, or pairs of them, with the model's columns.</param>
/// <param name="inputs">What the model's file is given for them.</param>
internal sealed class PreparedNodes(IDataView scored, TensorInputs inputs) : PreparedRows
{
    internal override IDataView Scored => scored;

    internal override void AddTo(Dictionary<string, TensorData> feed, int first, int count, HashSet<string> provided)
    {
        foreach (var (name, tensor) in inputs.Where(input => !provided.Contains(input.Key)))
            feed[name] = tensor;
    }
}
