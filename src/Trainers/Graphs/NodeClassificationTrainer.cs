using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that gives each node of a graph one of several classes.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A node per row: a vector of Single of known size, dense or sparse; the edges in a second
/// view.</description></item>
/// <item><term>Label</term><description>A key; missing where a node's class is not known.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (key with the label's values), <c>Score</c> (probabilities, one per class),
/// for every node.</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the softmax over the labelled nodes of the training split.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="NodeTrainerOptions.Standardize"/> and
/// <see cref="NodeTrainerOptions.NormalizeFeatureRows"/>.</description></item>
/// <item><term>Caching needed</term><description>No: nodes and edges are read once and kept.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>x</c> and
/// <c>edge_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class NodeClassificationTrainer : NodeTrainer
{
    private readonly Options _options;

    internal NodeClassificationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : NodeTrainerOptions, IClassificationOptions
    {
        /// <inheritdoc/>
        public float[]? ClassWeights { get; set; }

        /// <inheritdoc/>
        public bool BalanceClasses { get; set; }

        /// <inheritdoc/>
        public float LabelSmoothing { get; set; }
    }

    private protected override LabelTask MakeTask() => new ClassificationTask(_options.LabelColumnName, _options);
}
