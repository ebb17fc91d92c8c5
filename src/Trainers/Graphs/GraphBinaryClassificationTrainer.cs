using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that predicts true or false for each graph.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A graph per row: the nodes' features, the edges, optionally the edges' features, weights or
/// relations (<see cref="GraphColumns"/>).</description></item>
/// <item><term>Label</term><description>A Boolean, or a key of two values of which the second is positive.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (Boolean), <c>Score</c> (logit), <c>Probability</c>.</description></item>
/// <item><term>Loss</term><description>Binary cross-entropy.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="GraphTrainerOptions.Standardize"/>.</description></item>
/// <item><term>Caching needed</term><description>No: graphs are read once and kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified;
/// the model takes <c>x</c>, <c>edge_index</c> and <c>graph_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class GraphBinaryClassificationTrainer : GraphTrainer
{
    private readonly Options _options;

    internal GraphBinaryClassificationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GraphTrainerOptions, IBinaryOptions
    {
        /// <summary>Weight of positive rows in the loss, 1 by default; negative rows have 1.</summary>
        public float PositiveWeight { get; set; } = 1;
    }

    private protected override LabelTask MakeTask() => new BinaryTask(_options.LabelColumnName, _options.PositiveWeight);
}
