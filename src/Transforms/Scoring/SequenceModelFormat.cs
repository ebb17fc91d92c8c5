namespace MLSeqGraph.Transforms;

/// <summary>
/// The form of a deployed sequence model: an ONNX file that any ONNX Runtime can run, with metadata from which ML.NET's columns are
/// made. Names and meanings are stable; later versions only add.
/// </summary>
/// <remarks>
/// Inputs:
/// <list type="bullet">
/// <item><see cref="Features"/>: Single [batch, time, features], for real-valued sequences; or <see cref="Tokens"/>: Int64 [batch, time],
/// for tokens, where 0 is unknown and k ≥ 1 is known. The model maps ids outside the vocabulary to 0 itself.</item>
/// <item><see cref="Lengths"/>: Int64 [batch], the steps of each sequence. It has an initializer of its name, [-1], which means all
/// steps, so it may be left out. A model without this input takes batches of sequences of one length only.</item>
/// <item>Further inputs, each named in <see cref="SidesKey"/>: of a vector Single [batch, features]; of a category Int64 [batch], 0 for
/// unknown; of a series or of tokens as above, with <c>name_lengths</c> beside it unless its steps are those of the main input.</item>
/// </list>
/// Outputs, by task:
/// <list type="bullet">
/// <item><see cref="SequenceTask.Classification"/>: <see cref="Score"/> Single [batch, classes], probabilities;
/// <see cref="PredictedLabel"/> Int64 [batch], the class counted from 0.</item>
/// <item><see cref="SequenceTask.Binary"/>: <see cref="Score"/> Single [batch], the logit; <see cref="Probability"/> Single [batch];
/// <see cref="PredictedLabel"/> Boolean [batch].</item>
/// <item><see cref="SequenceTask.Tagging"/>: <see cref="Score"/> Single [batch, time, classes], probabilities;
/// <see cref="PredictedLabel"/> Int64 [batch, time]. What stands past a sequence's length is arbitrary.</item>
/// <item><see cref="SequenceTask.Regression"/>: <see cref="Score"/> Single [batch, outputs].</item>
/// </list>
/// Where they were asked for in training, also <see cref="Vector"/> Single [batch, size], <see cref="Attention"/> Single [batch, time,
/// time], how much each step looked at each other one, and <see cref="PoolingAttention"/> Single [batch, time], how much each step weighs
/// in the summary.
/// Metadata, all but the first two as JSON: <see cref="FormatKey"/>, <see cref="TaskKey"/>, <see cref="InputKey"/>
/// (<see cref="SequenceModelInput"/>), <see cref="LabelsKey"/> (<see cref="SequenceModelLabels"/>), <see cref="VersionsKey"/>
/// (<see cref="SequenceModelVersions"/>), <see cref="VerificationKey"/> (<see cref="SequenceModelVerification"/>).
/// <see cref="SequenceModelInfo"/> reads and writes it.
/// </remarks>
public static class SequenceModelFormat
{
    /// <summary>The version of the format written and read here.</summary>
    public const string Version = "1";

    /// <summary>Input: real-valued steps.</summary>
    public const string Features = "features";

    /// <summary>Input: token ids.</summary>
    public const string Tokens = "tokens";

    /// <summary>Input: steps of each sequence, optional.</summary>
    public const string Lengths = "lengths";

    /// <summary>Output and column: probabilities of classes, logit or regressed values.</summary>
    public const string Score = "Score";

    /// <summary>Output and column: the most probable class.</summary>
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>Output and column: the probability of <see langword="true"/>.</summary>
    public const string Probability = "Probability";

    /// <summary>Output and column: the vector that the output layer reads, where it was asked for in training.</summary>
    public const string Vector = "Vector";

    /// <summary>Output: the last layer's attention weights, their mean over the heads.</summary>
    public const string Attention = "Attention";

    /// <summary>Output: the weights of attention pooling.</summary>
    public const string PoolingAttention = "PoolingAttention";

    /// <summary>Metadata: <see cref="Version"/>.</summary>
    public const string FormatKey = "mlseqgraph.format";

    /// <summary>
    /// Metadata: <c>sequence-classification</c>, <c>sequence-binary</c>, <c>sequence-tagging</c> or
    /// <c>sequence-regression</c>.
    /// </summary>
    public const string TaskKey = "mlseqgraph.task";

    /// <summary>Metadata: the input as a column.</summary>
    public const string InputKey = "mlseqgraph.input";

    /// <summary>Metadata: further inputs as columns; absent where there are none.</summary>
    public const string SidesKey = "mlseqgraph.sides";

    /// <summary>Metadata: the size of <see cref="Vector"/>; absent where there is none.</summary>
    public const string VectorKey = "mlseqgraph.vector";

    /// <summary>Metadata: the classes, or the names of a regression's outputs; absent where there are none.</summary>
    public const string LabelsKey = "mlseqgraph.labels";

    /// <summary>Metadata: what the model was made with.</summary>
    public const string VersionsKey = "mlseqgraph.versions";

    /// <summary>Metadata: how closely the model was seen to agree with the trained network; absent where it was not compared.</summary>
    public const string VerificationKey = "mlseqgraph.verification";
}
