using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that predicts true or false for each sequence.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens), or of Single (features, time-major), of fixed or varying
/// length.</description></item>
/// <item><term>Label</term><description>A Boolean, or a key of two values of which the second is positive.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (Boolean), <c>Score</c> (logit), <c>Probability</c>.</description></item>
/// <item><term>Loss</term><description>Binary cross-entropy.</description></item>
/// <item><term>Normalization needed</term><description>No: features are standardized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class SequenceBinaryClassificationTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal SequenceBinaryClassificationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions, IBinaryOptions, IPoolingOptions
    {
        /// <summary>How the steps of a sequence become one vector; by default the network's last state.</summary>
        public Pooling Pooling { get; set; }

        /// <summary>Weight of positive rows in the loss, 1 by default; negative rows have 1.</summary>
        public float PositiveWeight { get; set; } = 1;
    }

    private protected override LabelTask MakeTask() => new BinaryTask(_options.LabelColumnName, _options.PositiveWeight);
}
