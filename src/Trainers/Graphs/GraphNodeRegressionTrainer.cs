using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that predicts one or more numbers for each node of a graph, where each row is a graph.</summary>
/// <remarks>
/// Several readings of one set of places, such as sensors, regions or particles, are rows with the same edges.
/// <list type="table">
/// <item><term>Input</term><description>A graph per row: the nodes' features, the edges, optionally the edges' features, weights or
/// relations (<see cref="GraphColumns"/>). Further inputs are put beside each node.</description></item>
/// <item><term>Label</term><description>A vector of Single, <see cref="Options.TargetsPerNode"/> for each node, those of one node behind
/// those of the one before; a node with NaN isn't counted.</description></item>
/// <item><term>Output</term><description><c>Score</c> (nodes × targets), in the label's own units.</description></item>
/// <item><term>Loss</term><description><see cref="Options.Loss"/>, over the nodes with a label.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the model takes <c>x</c>, <c>edge_index</c> and
/// <c>graph_index</c>.</description></item>
/// </list>
/// </remarks>
public sealed class GraphNodeRegressionTrainer : GraphTrainer
{
    private readonly Options _options;

    internal GraphNodeRegressionTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GraphTrainerOptions, IRegressionOptions
    {
        /// <summary>The loss; mean squared error by default.</summary>
        public RegressionLoss Loss { get; set; }

        /// <summary>Numbers that are predicted for each node, such as the coordinates of a force; 1 by default.</summary>
        public int TargetsPerNode { get; set; } = 1;

        /// <summary>
        /// Where the features of a node are a series, the numbers of a step: those of one step behind those of the one before, and
        /// targets are as many steps or fewer of the same series. All steps, and the targets, then share their units
        /// (<see cref="GraphTrainerOptions.Standardize"/>). Null, the default, for features that each have their own.
        /// </summary>
        public int? FeaturesPerStep { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            RefusePooling();
            AtLeast(nameof(TargetsPerNode), TargetsPerNode, 1);
            Check(nameof(FeaturesPerStep), FeaturesPerStep is null || (FeaturesPerStep >= 1 && TargetsPerNode % FeaturesPerStep == 0),
                FeaturesPerStep, $"a divisor of {nameof(TargetsPerNode)}, {TargetsPerNode}, or null");
        }
    }

    private protected override int? FeaturesPerStep => _options.FeaturesPerStep;

    private protected override int? TargetsPerNode => _options.TargetsPerNode;

    private protected override LabelTask MakeTask() =>
        new StepTargetsTask(_options.LabelColumnName, _options.Loss, _options.TargetsPerNode);
}
