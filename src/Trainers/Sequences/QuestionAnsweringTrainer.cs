using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a network that answers questions by a part of a text: it reads both and predicts the first and the last token of the answer
/// (Rajpurkar et al. 2016, Devlin et al. 2019).
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>Two vectors of keys of varying length: the text, and the question. They share one vocabulary, as
/// where <c>TokenizeText</c> makes both columns.</description></item>
/// <item><term>Label</term><description>A vector of two Int32 or Int64: the first and the last token of the answer, counted from 0, as
/// <c>FindAnswers</c> gives. Answers outside the text are errors, or left out (<see cref="NetworkTrainerOptions.BadRows"/>).
/// </description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c> (vector of two Int64, the first and the last token; the last is never before
/// the first), <c>Score</c> (vector of two Single, the probability of each), <c>Probability</c> (Single, their product).
/// <c>CutAnswers</c> makes the answer's text of it.</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the first token and of the last among all of the text, the mean of
/// both.</description></item>
/// <item><term>Metrics</term><description><c>exact</c>, the share of rows where both are right.
/// <see cref="EvaluationExtensions.EvaluateAnswers"/> gives F1 too.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified; the file finds the best span itself.</description></item>
/// </list>
/// </remarks>
public sealed class QuestionAnsweringTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal QuestionAnsweringTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>
    /// Options of the trainer. <see cref="SequenceTrainerOptions.SequenceColumnName"/> is the text; the network is by default
    /// <see cref="SequenceNetwork.Multimodal"/> over text and question.
    /// </summary>
    public sealed class Options : SequenceTrainerOptions
    {
        /// <summary>Options with the default network.</summary>
        public Options()
        {
            SequenceColumnName = "Context";
            Network = SequenceNetwork.Multimodal(new() { AllowMissing = false, InputDropout = 0 });
        }

        /// <summary>The column of questions: a vector of keys of the text's vocabulary.</summary>
        public string QuestionColumnName { get; set; } = "Question";

        /// <summary>The most tokens of an answer, 30 by default; training rows with longer ones are errors.</summary>
        public int MaximumAnswerLength { get; set; } = 30;

        /// <inheritdoc/>
        public override void Validate()
        {
            Named(nameof(QuestionColumnName), QuestionColumnName);
            base.Validate();
            Check(nameof(QuestionColumnName), QuestionColumnName != SequenceColumnName, $"'{QuestionColumnName}', the column of "
                + nameof(SequenceColumnName), "another column");
            CheckInputs(Inputs, LabelColumnName, SequenceColumnName, QuestionColumnName);
            AtLeast(nameof(MaximumAnswerLength), MaximumAnswerLength, 1);
        }
    }

    private protected override IReadOnlyList<InputColumn> Inputs =>
    [
        InputColumn.Tokens(_options.QuestionColumnName) with
        {
            SharesVectors = true, MustBeRead = true, Placement = InputPlacement.Network,
        },
        .. _options.Inputs,
    ];

    private protected override LabelTask MakeTask() => new SpanTask(_options.LabelColumnName, _options.MaximumAnswerLength);
}
