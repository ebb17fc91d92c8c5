using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that predicts true or false for each node of a graph.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A node per row:
/// a vector of Single of known size, dense or sparse; the edges in a second view.</description></item>
/// <item><term>Label</term><description>A Boolean, or a key of two values of which the second is positive;
/// a missing key where a node's label is not known.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (Boolean), <c>Score</c> (logit),
/// <c>Probability</c>, for every node.</description></item>
/// <item><term>Loss</term><description>Binary cross-entropy over the labelled nodes of the training split.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="NodeTrainerOptions.Standardize"/> and
/// <see cref="NodeTrainerOptions.NormalizeFeatureRows"/>.</description></item>
/// <item><term>Caching needed</term><description>No: nodes and edges are read once and kept.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified;
/// the model takes <c>x</c> and <c>edge_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class NodeBinaryClassificationTrainer : NodeTrainer
{
    private readonly Options _options;

    internal NodeBinaryClassificationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : NodeTrainerOptions, IBinaryOptions
    {
        /// <summary>Weight of positive rows in the loss, 1 by default; negative rows have 1.</summary>
        public float PositiveWeight { get; set; } = 1;
    }

    private protected override LabelTask MakeTask() => new BinaryTask(_options.LabelColumnName, _options.PositiveWeight);
}
