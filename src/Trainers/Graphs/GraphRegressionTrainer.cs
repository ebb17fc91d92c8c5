using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that predicts one or more numbers for each graph.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A graph per row: the nodes' features, the edges, optionally the edges' features, weights or
/// relations (<see cref="GraphColumns"/>).</description></item>
/// <item><term>Label</term><description>Single, or a vector of Single of known size.</description></item>
/// <item><term>Output</term><description><c>Score</c>, in the label's own units.</description></item>
/// <item><term>Loss</term><description><see cref="Options.Loss"/>.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>x</c>, <c>edge_index</c> and
/// <c>graph_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class GraphRegressionTrainer : GraphTrainer
{
    private readonly Options _options;

    internal GraphRegressionTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GraphTrainerOptions, IRegressionOptions
    {
        /// <summary>The loss; mean squared error by default.</summary>
        public RegressionLoss Loss { get; set; }
    }

    private protected override LabelTask MakeTask() => new RegressionTask(_options.LabelColumnName, _options.Loss);
}
