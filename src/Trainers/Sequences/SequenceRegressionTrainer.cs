using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that predicts one number, or a vector of numbers, for each sequence.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens), or of Single (features, time-major), of fixed or varying
/// length.</description></item>
/// <item><term>Label</term><description>A Single, or a vector of Single.</description></item>
/// <item><term>Output</term><description><c>Score</c> (Single, or vector of Single).</description></item>
/// <item><term>Loss</term><description>Mean squared error, mean absolute error or Huber's, on standardized targets.</description></item>
/// <item><term>Normalization needed</term><description>No: features and targets are standardized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class SequenceRegressionTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal SequenceRegressionTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions, IRegressionOptions, IPoolingOptions
    {
        /// <summary>How the steps of a sequence become one vector; by default the network's last state.</summary>
        public Pooling Pooling { get; set; }

        /// <summary>The loss; mean squared error by default.</summary>
        public RegressionLoss Loss { get; set; }

        /// <summary>The number of targets, for a label column of vectors whose type doesn't give it; otherwise null.</summary>
        public int? TargetCount { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Check(nameof(TargetCount), TargetCount is null or >= 1, TargetCount, "at least 1, or null");
        }
    }

    private protected override LabelTask MakeTask() => new RegressionTask(_options.LabelColumnName, _options.Loss, _options.TargetCount);
}
