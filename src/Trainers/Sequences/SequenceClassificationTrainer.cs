using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that gives each sequence one of several classes.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens), or of Single (features, time-major), of fixed or varying
/// length.</description></item>
/// <item><term>Label</term><description>A key.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (key with the label's values), <c>Score</c> (probabilities, one per
/// class).</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the softmax.</description></item>
/// <item><term>Normalization needed</term><description>No: features are standardized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class SequenceClassificationTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal SequenceClassificationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions, IClassificationOptions, IPoolingOptions
    {
        /// <inheritdoc/>
        public float[]? ClassWeights { get; set; }

        /// <inheritdoc/>
        public bool BalanceClasses { get; set; }

        /// <inheritdoc/>
        public float LabelSmoothing { get; set; }

        /// <summary>How the steps of a sequence become one vector; by default the network's last state.</summary>
        public Pooling Pooling { get; set; }
    }

    private protected override LabelTask MakeTask() => new ClassificationTask(_options.LabelColumnName, _options);
}
