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
