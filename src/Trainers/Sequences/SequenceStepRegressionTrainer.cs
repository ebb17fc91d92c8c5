using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that predicts one number, or a vector of numbers, for each step of a sequence.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens), or of Single (features, time-major), of fixed or varying
/// length.</description></item>
/// <item><term>Label</term><description>A vector of Single, <see cref="Options.TargetsPerStep"/> for each step, those of one step behind
/// those of the one before; NaN isn't counted.</description></item>
/// <item><term>Output</term><description><c>Score</c> (steps × targets), in the label's own units.</description></item>
/// <item><term>Loss</term><description><see cref="Options.Loss"/>, over the numbers there are.</description></item>
/// <item><term>Normalization needed</term><description>No: features and targets are standardized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class SequenceStepRegressionTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal SequenceStepRegressionTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions, IRegressionOptions
    {
        /// <summary>The loss; mean squared error by default.</summary>
        public RegressionLoss Loss { get; set; }

        /// <summary>Numbers that are predicted for each step, 1 by default.</summary>
        public int TargetsPerStep { get; set; } = 1;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            AtLeast(nameof(TargetsPerStep), TargetsPerStep, 1);
        }
    }

    private protected override LabelTask MakeTask() =>
        new StepTargetsTask(_options.LabelColumnName, _options.Loss, _options.TargetsPerStep, isPerStep: true);
}
