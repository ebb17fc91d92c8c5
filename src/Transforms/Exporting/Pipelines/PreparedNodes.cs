using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

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
