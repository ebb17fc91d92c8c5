using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that gives each node of a graph one of several classes, where each row is a graph.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A graph per row: the nodes' features, the edges, optionally the edges' features, weights or
/// relations (<see cref="GraphColumns"/>). Further inputs are put beside each node.</description></item>
/// <item><term>Label</term><description>A vector of keys, one per node; a missing key isn't counted.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (vector of keys, one per node), <c>Score</c> (probabilities, nodes ×
/// classes).</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the softmax, over the nodes with a label.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="GraphTrainerOptions.Standardize"/>.</description></item>
/// <item><term>Caching needed</term><description>No: graphs are read once and kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>x</c>, <c>edge_index</c> and
/// <c>graph_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class GraphNodeClassificationTrainer : GraphTrainer
{
    private readonly Options _options;

    internal GraphNodeClassificationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GraphTrainerOptions, IClassificationOptions
    {
        /// <inheritdoc/>
        public float[]? ClassWeights { get; set; }

        /// <inheritdoc/>
        public bool BalanceClasses { get; set; }

        /// <inheritdoc/>
        public float LabelSmoothing { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            RefusePooling();
        }
    }

    private protected override int? TargetsPerNode => 0;

    private protected override LabelTask MakeTask() => new NodeClassesTask(_options.LabelColumnName, _options);
}
