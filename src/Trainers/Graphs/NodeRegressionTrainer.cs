using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that predicts one or more numbers for each node of a graph.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A node per row: a vector of Single of known size, dense or sparse; the edges in a second
/// view.</description></item>
/// <item><term>Label</term><description>Single, or a vector of Single of known size; NaN where a node's number is not
/// known.</description></item>
/// <item><term>Output</term><description><c>Score</c>, in the label's own units, for every node.</description></item>
/// <item><term>Loss</term><description><see cref="Options.Loss"/>, over the labelled nodes of the training split.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>x</c> and
/// <c>edge_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class NodeRegressionTrainer : NodeTrainer
{
    private readonly Options _options;

    internal NodeRegressionTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : NodeTrainerOptions, IRegressionOptions
    {
        /// <summary>The loss; mean squared error by default.</summary>
        public RegressionLoss Loss { get; set; }
    }

    private protected override LabelTask MakeTask() => new RegressionTask(_options.LabelColumnName, _options.Loss);
}
