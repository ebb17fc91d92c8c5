using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that gives each step of a sequence one of several classes.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens), or of Single (features, time-major), of fixed or varying
/// length.</description></item>
/// <item><term>Label</term><description>A vector of keys, one per step.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (vector of keys, one per step), <c>Score</c> (probabilities, steps ×
/// classes).</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the softmax, over the valid steps.</description></item>
/// <item><term>Normalization needed</term><description>No: features are standardized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class SequenceTaggingTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal SequenceTaggingTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions, IClassificationOptions
    {
        /// <inheritdoc/>
        public float[]? ClassWeights { get; set; }

        /// <inheritdoc/>
        public bool BalanceClasses { get; set; }

        /// <inheritdoc/>
        public float LabelSmoothing { get; set; }
    }

    private protected override LabelTask MakeTask() => new TaggingTask(_options.LabelColumnName, _options);
}
