using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a network that writes down what is in a sequence, such as the characters of handwriting or the phonemes of speech, where it is
/// known what it is but not where: connectionist temporal classification (Graves et al. 2006).
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens), or of Single (features, time-major), of fixed or varying
/// length.</description></item>
/// <item><term>Label</term><description>A vector of keys in their order, of any length per row, none too; at most as many as steps, and one
/// step more for every two equal ones in a row.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (vector of keys, as many as were found), <c>Score</c> (probabilities, steps
/// × classes, the last of which is the blank: no label here). <see cref="Onnx.CtcFrames"/> reads <c>Score</c> for beam search, with a
/// model of the labels if wanted, and for the place of each label.</description></item>
/// <item><term>Loss</term><description>-log of the probability of all paths that become the labels, divided by the number of
/// labels.</description></item>
/// <item><term>Metrics</term><description><c>exact</c>, the share of rows without error.
/// <see cref="EvaluationExtensions.EvaluateTranscription"/> gives character and word error rates.</description></item>
/// <item><term>Normalization needed</term><description>No: features are standardized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified.</description></item>
/// </list>
/// </remarks>
public sealed class SequenceAlignmentTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal SequenceAlignmentTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions
    {
    }

    private protected override LabelTask MakeTask() => new AlignmentTask(_options.LabelColumnName);
}
