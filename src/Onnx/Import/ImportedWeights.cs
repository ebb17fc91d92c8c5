namespace MLSeqGraph.Onnx;

/// <summary>How the tensors of an imported model become values of a graph: constants here, parameters in derived classes.</summary>
internal class ImportedWeights
{
    /// <summary>Whether operations with faster gradients may replace the model's.</summary>
    internal virtual bool IsForTraining => false;

    /// <summary>The value of a tensor of the file.</summary>
    internal virtual Value Value(Graph graph, string name, TensorData tensor) => graph.Constant(tensor, name);

    /// <summary>Rows of a tensor by their numbers, where they are looked up in another way than by a Gather; null otherwise.</summary>
    internal virtual Value? Lookup(string name, Value ids) => null;

    /// <summary>The weight of a product with what an adapter changes in it, where that becomes part of the weight.</summary>
    internal virtual Value Merged(string name, Value weight, bool isTransposed) => weight;

    /// <summary>A change of a product x · w beside the weight's own; null for none.</summary>
    internal virtual Value? Adapted(string name, Value x, bool isTransposed) => null;

    /// <summary>Whether a normalization for training, of some scale, takes the batch's mean and variance.</summary>
    internal virtual bool NormalizesByBatch(string scale) => true;

    /// <summary>Running mean and variance of the file beside a scale that learns, where a training step replaces them.</summary>
    internal virtual (Value Mean, Value Variance)? Statistics(string scale, string mean, string variance) => null;

    /// <summary>The share of a batch in running averages, where their momentum says it.</summary>
    internal virtual Value Share(Graph graph, float share) => graph.Scalar(share);

    /// <summary>Sets what running averages are after a training step.</summary>
    internal virtual void Update(params (Value Statistic, Value Next)[] averages)
    {
    }
}

/// <summary>Tensors that stay as they are in a network that is differentiated by something else.</summary>
internal sealed class FixedWeights : ImportedWeights
{
    internal override bool IsForTraining => true;

    internal override bool NormalizesByBatch(string scale) => false;
}
