using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Finds clusters of a graph's nodes without labels, by a network trained for the modularity of its assignments (DMoN, Tsitsulin et al.
/// 2020, "Graph clustering with graph neural networks"): from edges and features at once, and for nodes that come later.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A node per row: features, a vector of Single; the edges in a second view.</description></item>
/// <item><term>Label</term><description>None.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (a key, the cluster), <c>Score</c> (shares of the
/// clusters).</description></item>
/// <item><term>Loss</term><description>Minus the modularity of soft assignments, plus a cost of unequal clusters.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="UnlabelledNodeTrainerOptions.Standardize"/>.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class NodeClusteringTrainer : UnlabelledNodeTrainer
{
    private readonly Options _options;

    internal NodeClusteringTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer. A step sees the whole graph.</summary>
    public sealed class Options : UnlabelledNodeTrainerOptions
    {
        /// <summary>The most clusters that are found, 8 by default; some may stay empty.</summary>
        public int Clusters { get; set; } = 8;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            AtLeast(nameof(Clusters), Clusters, 2);
            Check(nameof(OutputVector), !OutputVector, OutputVector, "false: the shares of the clusters are a node's vector");
            NoAttention("clusters have none");
        }
    }

    private protected override DataViewSchema OutputColumns => PredictionColumns.Classes(null);

    private protected override UnlabelledGoal Goal(FeatureMatrix features, NodeGraph graph)
    {
        if (_options.Clusters > features.RowCount)
            throw new ArgumentException($"{nameof(Options.Clusters)}: found {_options.Clusters} clusters for {features.RowCount} nodes; "
                + "expected at most as many clusters as nodes.");
        if (graph.EdgeCount == 0)
            throw new InvalidDataException($"Columns '{_options.Edges!.SourceColumnName}' and '{_options.Edges.TargetColumnName}': found "
                + "no edges; expected at least one, since clusters are found by them.");
        if (graph.EdgeWeights?.Min() < 0)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Column '{_options.Edges!.WeightColumnName}' of "
                + $"the edges: found a weight of {graph.EdgeWeights.Min()}; clusters need weights of at least 0."));
        return new($"up to {_options.Clusters} clusters", new ClusteringHead(_options.Clusters),
            ClusteringHead.WithModularity(_options.Network), features, ModelTask.Classification, new(_options.Clusters));
    }
}
