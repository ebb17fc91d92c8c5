using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How the steps of a sequence become one vector.</summary>
public enum Pooling
{
    /// <summary>The network's last state; for a bidirectional one, those of both runs, the backward one's at the first step.</summary>
    Last,
    /// <summary>The mean over valid steps.</summary>
    Mean,
    /// <summary>The largest value of each feature over valid steps.</summary>
    Max,
    /// <summary>A mean weighted by trained attention (Yang et al. 2016).</summary>
    Attention,
}

public static partial class Layers
{
    // Below every activation, but finite, so that a masked step's gradient is 0 and not NaN.
    private const float Lowest = -1e30f;

    /// <summary>The mean over valid steps, [batch, features].</summary>
    public static Value MeanPooling(this Sequence x) =>
        x.Mask is null
            ? Op.ReduceMean(x.Steps, [0], keepDims: false)
            : Op.ReduceSum(x.Masked, [0], keepDims: false) / Op.ReduceSum(x.Mask, [0], keepDims: false);

    /// <summary>The largest value of each feature over valid steps, [batch, features].</summary>
    public static Value MaxPooling(this Sequence x) =>
        Op.ReduceMax(x.Mask is null ? x.Steps
            : Op.Where(Op.Greater(x.Mask, x.Network.Graph.Scalar(0f)), x.Steps, x.Network.Graph.Scalar(Lowest)), [0], keepDims: false);

    /// <summary>
    /// The mean over valid steps weighted by attention: a = softmax(tanh(h W + b) · u) (Yang et al. 2016).
    /// </summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="hidden">Size of the scoring network's hidden layer.</param>
    /// <param name="name">Scope of the parameters.</param>
    /// <returns>The mean [batch, features], and the weights [time, batch, 1].</returns>
    public static (Value Mean, Value Weights) AttentionPooling(this Sequence x, int hidden, string name = "attention")
    {
        using (x.Network.Scope(name))
        {
            var layer = Op.Tanh(x.Network.Linear(x.Steps, hidden, name: "hidden"));
            var scores = x.Network.Linear(layer, 1, bias: false, name: "context");                        // [time, batch, 1]
            if (x.Mask is not null)
                scores = Op.Where(Op.Greater(x.Mask, x.Network.Graph.Scalar(0f)), scores, x.Network.Graph.Scalar(Lowest));
            var weights = Op.Softmax(scores, 0);
            return (Op.ReduceSum(x.Masked * weights, [0], keepDims: false), weights);
        }
    }
}
