using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a network that fills in missing attributes of a graph's nodes, by their other attributes and by those of their neighbors:
/// attributes that are there are hidden and found again, so there is no label (a masked graph autoencoder: Hou et al. 2022, "GraphMAE").
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A node per row: features, a vector of Single, NaN where one is missing; the edges in a second
/// view.</description></item>
/// <item><term>Label</term><description>None: in each epoch other attributes are hidden
/// (<see cref="Options.HiddenFraction"/>).</description></item>
/// <item><term>Output</term><description><c>Score</c>, a vector as long as the features: those that are given as they are, the others
/// estimated; of attributes of 0 and 1 their probabilities.</description></item>
/// <item><term>Loss</term><description><see cref="Options.Loss"/> of what was hidden, on standardized numbers; cross-entropy for
/// <see cref="Options.AreBinary"/>.</description></item>
/// <item><term>Normalization needed</term><description>No: see <see cref="UnlabelledNodeTrainerOptions.Standardize"/>.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; NaN in <c>x</c> is filled in.</description></item>
/// </list>
/// </remarks>
public sealed class NodeImputationTrainer : UnlabelledNodeTrainer
{
    private readonly Options _options;

    internal NodeImputationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer. A step sees the whole graph.</summary>
    public sealed class Options : UnlabelledNodeTrainerOptions
    {
        /// <summary>Makes options for a GraphSAGE of two layers, which tells a node from its neighbors.</summary>
        public Options() => Network = GraphNetwork.Sage(64, dropout: 0);

        /// <summary>The loss of numbers; mean squared error by default.</summary>
        public RegressionLoss Loss { get; set; }

        /// <summary>
        /// Whether all attributes are 0 or 1, as words of a bag: their probabilities are learned, by cross-entropy. False by default.
        /// </summary>
        public bool AreBinary { get; set; }

        /// <summary>
        /// The share of the attributes that is hidden in each epoch, 0.3 by default; where those are hidden that are missing in the data,
        /// of the attribute that is missing most often.
        /// </summary>
        public float HiddenFraction { get; set; } = 0.3f;

        /// <summary>
        /// Whether all attributes of a node are hidden at once, or single ones. Null, the default, for what is missing in the data: nodes
        /// get the gaps that others have, so that what is always given is never hidden, and single ones where nothing is missing.
        /// </summary>
        public bool? HidesNodes { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Defined(nameof(Loss), Loss);
            Check(nameof(HiddenFraction), HiddenFraction is > 0 and < 1, HiddenFraction, "above 0 and below 1");
            Check(nameof(OutputVector), !OutputVector, OutputVector, "false: the attributes are a node's vector");
            NoAttention("attributes have none");
        }
    }

    private protected override bool AllowsMissing => true;

    private protected override DataViewSchema OutputColumns => PredictionColumns.Numbers(several: true);

    private protected override UnlabelledGoal Goal(FeatureMatrix features, NodeGraph graph)
    {
        var hidden = new HiddenAttributes(features, _options.HiddenFraction, _options.HidesNodes, _options.Seed);
        if (hidden.GivenCount == 0)
            throw new InvalidDataException($"Column '{_options.FeatureColumnName}': found only missing numbers; expected some that are "
                + "given, to learn from.");
        var width = features.ColumnCount;
        var given = hidden.Features.Values;
        if (Enumerable.Range(0, width).Where(column => !Enumerable.Range(0, features.RowCount).Any(row =>
            !float.IsNaN(given[row * width + column]))).Select(column => (int?)column).FirstOrDefault() is { } never)
            throw new InvalidDataException($"Column '{_options.FeatureColumnName}': attribute {never} is missing in all rows; expected "
                + "some that are given, to learn from, or a column without it.");
        if (_options.AreBinary)
            for (var i = 0; i < hidden.Features.Values.Length; i++)
                if (hidden.Features.Values[i] is not (0 or 1 or float.NaN))
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                        $"Column '{_options.FeatureColumnName}', row "
                        + $"{i / width}: found {hidden.Features.Values[i]}; expected 0 or 1, or NaN where it is missing, since "
                        + $"{nameof(Options.AreBinary)} is set."));
        var units = new Moments(width);
        for (var i = 0; i < given.Length; i += width)
            units.Add(given.AsSpan(i, width));
        return new($"{width} attributes, {hidden.GivenCount:N0} of {features.RowCount * (long)width:N0} given",
            new NodeImputationHead(_options.Loss, units, _options.AreBinary),
            NodeImputationHead.Filled(_options.Network, width), hidden.Features, ModelTask.Regression, null)
        {
            Draw = hidden.Hide,
            FeedTo = session => session.Feed(Head.Labels, hidden.Targets.AsMemory(), features.RowCount, width),
        };
    }
}
