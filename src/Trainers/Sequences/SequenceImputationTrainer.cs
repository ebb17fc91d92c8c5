using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a network that estimates missing numbers of a series from those around them: numbers that are there are hidden and found again,
/// so there is no label.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of Single (features, time-major), NaN where a number is missing.</description></item>
/// <item><term>Label</term><description>None: in each epoch other numbers are hidden (<see cref="Options.HiddenFraction"/>), as in masked
/// language models (Devlin et al. 2019; for series Du, Côté and Liu 2023).</description></item>
/// <item><term>Output</term><description><c>Score</c> (steps × features): numbers that are there as they are, the others
/// estimated.</description></item>
/// <item><term>Loss</term><description><see cref="Options.Loss"/> of what was hidden, on standardized numbers.</description></item>
/// <item><term>Normalization needed</term><description>No: features are standardized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class SequenceImputationTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal SequenceImputationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions, IRegressionOptions
    {
        /// <summary>Makes options for a bidirectional GRU, which reads both sides of a gap.</summary>
        public Options() => Network = SequenceNetwork.Gru(64, bidirectional: true);

        /// <summary>The loss; mean squared error by default.</summary>
        public RegressionLoss Loss { get; set; }

        /// <summary>Share of a row's numbers that is hidden in each epoch, 0.2 by default.</summary>
        public float HiddenFraction { get; set; } = 0.2f;

        /// <summary>
        /// Steps of the longest gap that is made, 5 by default: about that of the gaps in the data. A gap is one of a feature or of all.
        /// </summary>
        public int LongestGap { get; set; } = 5;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Check(nameof(HiddenFraction), HiddenFraction is > 0 and < 1, HiddenFraction, "above 0 and below 1");
            AtLeast(nameof(LongestGap), LongestGap, 1);
            Check(nameof(LabelColumnName), LabelColumnName == "Label", LabelColumnName,
                "what it is by default: the series is its own label");
            Check(nameof(Augmentation), Augmentation is null, "set", "null, since what is hidden is to be found as it was");
        }
    }

    // Whatever the option says: it is what the trainer is for.
    private protected override bool AllowsMissing => true;

    private protected override string LabelColumnName => _options.SequenceColumnName;

    private protected override HiddenSteps? Hidden => new(_options.HiddenFraction, _options.LongestGap, _options.Seed);

    private protected override LabelTask MakeTask() =>
        new ImputationTask(_options.SequenceColumnName, _options.Loss, _options.FeatureCount);
}
