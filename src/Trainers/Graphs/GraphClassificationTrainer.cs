using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that gives each graph one of several classes.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A graph per row: the nodes' features, the edges, optionally the edges' features, weights or
/// relations (<see cref="GraphColumns"/>).</description></item>
/// <item><term>Label</term><description>A key.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (key with the label's values), <c>Score</c> (probabilities, one per
/// class).</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the softmax.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="GraphTrainerOptions.Standardize"/>.</description></item>
/// <item><term>Caching needed</term><description>No: graphs are read once and kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>x</c>, <c>edge_index</c> and
/// <c>graph_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class GraphClassificationTrainer : GraphTrainer
{
    private readonly Options _options;

    internal GraphClassificationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GraphTrainerOptions, IClassificationOptions
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
